import { BudgetLedger, CallBudget } from '@backstage-arena/arena-engine';
import {
  LoadLeaseRequest,
  LoadProfile,
} from '@backstage-arena/plugin-arena-common/load';
import { Demand } from './Demand';

/** Calls for which there is always to be enough. */
const SPARE_CALLS = 4;
/** What is wanted lasts so long at the present rate. */
const AHEAD_SECONDS = 2;
/** Before the first call nobody knows what one costs: so much of the worker's share of the budget. */
const FIRST_PART = 0.1;
/** A short test spends a larger part of it in its first seconds. */
const FIRST_MS = 4_000;

export interface LoadBudgetOptions {
  profile: Pick<LoadProfile, 'budgetLimit' | 'stages'>;
  /** Among which the budget is shared. */
  workers: number;
  /** For tests. Default: `performance.now`. */
  now?: () => number;
}

/** What a worker may spend: slices of the run's budget, paid in advance. Without a slice no call is made. */
export class LoadBudget implements CallBudget {
  readonly #ledger: BudgetLedger;
  readonly #demand: Demand;
  readonly #first: number;
  #granted = 0;
  #mostOfAll = 0;
  #asked = 0;
  #missing: number | undefined;
  #onLow: () => void = () => {};

  constructor(options: LoadBudgetOptions) {
    const { profile, workers, now = () => performance.now() } = options;
    const durationMs = profile.stages.reduce(
      (sum, stage) => sum + stage.durationMs,
      0,
    );
    const part = Math.min(1, Math.max(FIRST_PART, FIRST_MS / durationMs));
    this.#first = (part * (profile.budgetLimit ?? 0)) / workers;
    this.#demand = new Demand(now);
    // Only then: while others run, what they give back may do.
    this.#ledger = new BudgetLedger(0, () => {
      this.#missing = this.#asked;
    });
  }

  reserve(most: number): void {
    this.#asked = most;
    this.#mostOfAll = Math.max(this.#mostOfAll, most);
    this.#demand.add(most);
    if (this.#ledger.left < SPARE_CALLS * this.#mostOfAll) this.#onLow();
    this.#ledger.reserve(most);
  }

  /** No call is open that could give anything back. */
  get isIdle(): boolean {
    return this.#ledger.isIdle;
  }

  /** @param listener - called at each call while there is too little for the next ones */
  whenLow(listener: () => void): void {
    this.#onLow = listener;
  }

  settle(reserved: number, cost: number): void {
    this.#ledger.settle(reserved, cost);
  }

  /** @param total - of all slices so far */
  grant(total: number): void {
    this.#granted = Math.max(this.#granted, total);
    this.#ledger.raiseTo(this.#granted);
  }

  /** What the backend is to know. */
  state(): NonNullable<LoadLeaseRequest['budget']> {
    const { left, spent } = this.#ledger;
    if (this.#missing !== undefined && left >= this.#missing) {
      this.#missing = undefined;
    }
    const needed =
      this.#mostOfAll > 0
        ? Math.max(
            SPARE_CALLS * this.#mostOfAll,
            AHEAD_SECONDS * this.#demand.perSecond,
          )
        : this.#first;
    return {
      granted: this.#granted,
      spent,
      wanted: Math.max(0, needed - left),
      ...(this.#missing !== undefined && { missing: this.#missing }),
    };
  }
}
