import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BudgetExhausted, CallBudget } from '@backstage-arena/arena-engine';
import { runBudgetResponseSchema } from '@backstage-arena/plugin-arena-common';
import { LoadBudget } from '../load/LoadBudget';
import { ProtocolClient, ProtocolError } from '../ProtocolClient';

/** How long a call that does not fit waits before it tries again: others of the worker may give something back. */
const WAIT_MS = 200;
/** The backend is asked less and less often while what it gives is not enough for a call. */
const MAX_PAUSE_MS = 5_000;

/** Statuses of a run that is over. */
const RUN_OVER = new Set([401, 409]);

export interface LeasedBudgetOptions {
  client: Pick<ProtocolClient, 'post'>;
  workerId: string;
  limit: number;
  /** Among which the budget is shared. */
  workers: number;
}

/**
 * What a worker may spend on items that it leased: slices of the run's budget, which it asks for when it needs them. A call waits for its slice, in
 * the middle of its conversation: what was paid for before is not paid for again.
 */
export class LeasedBudget implements CallBudget {
  readonly #slices: LoadBudget;
  readonly #options: LeasedBudgetOptions;
  readonly #instance = randomUUID();
  #asking: Promise<void> | undefined;
  /** Of a call so far. */
  #most = 0;
  /** Calls that did not fit so far. */
  #waiting = 0;
  /** Answers in a row that were not enough for a call. */
  #vain = 0;
  /** Not before is asked again, unless the worker has come to a standstill since. */
  #askAt = 0;
  #toldMissing = false;
  #exhausted = false;
  #onExhausted: () => void = () => {};

  constructor(options: LeasedBudgetOptions) {
    this.#options = options;
    const { limit, workers } = options;
    this.#slices = new LoadBudget({
      profile: { budgetLimit: limit, stages: [] },
      workers,
    });
    // A call that waits asks as well, so that a failure here is no loss.
    this.#slices.whenLow(() => void this.#ask().catch(() => {}));
  }

  /** @throws BudgetExhausted when nothing more is granted, and no other call of this worker can give anything back */
  async reserve(most: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#most = Math.max(this.#most, most);
    if (this.#tryReserve(most)) return;
    this.#waiting += 1;
    try {
      do {
        if (this.#asking || this.#mayAsk) await this.#ask();
        else await sleep(WAIT_MS, undefined, { signal });
        signal.throwIfAborted();
      } while (!this.#tryReserve(most));
    } finally {
      this.#waiting -= 1;
    }
    this.#askedInVain(0);
  }

  #tryReserve(most: number): boolean {
    try {
      this.#slices.reserve(most);
      return true;
    } catch (error) {
      const isFinal = this.#exhausted && this.#slices.isIdle;
      if (isFinal || !(error instanceof BudgetExhausted)) throw error;
      return false;
    }
  }

  settle(reserved: number, cost: number): void {
    this.#slices.settle(reserved, cost);
  }

  /** @param listener - called once, when nothing more is granted to anybody */
  whenExhausted(listener: () => void): void {
    this.#onExhausted = listener;
  }

  /** A call that nothing else can help is told at once. The answer before may be to a request that did not know of it yet. */
  get #mayAsk(): boolean {
    if (this.#exhausted) return false;
    const isNews = this.#state().missing !== undefined && !this.#toldMissing;
    return isNews || performance.now() >= this.#askAt;
  }

  /** What could not be paid is missing only as long as a call waits for it, and none can give anything back. */
  #state(): ReturnType<LoadBudget['state']> {
    const { missing, ...state } = this.#slices.state();
    const isStuck = this.#waiting > 0 && this.#slices.isIdle;
    return isStuck ? { ...state, missing } : state;
  }

  #askedInVain(times: number): void {
    this.#vain = times;
    const pause = Math.min(MAX_PAUSE_MS, WAIT_MS * 2 ** (times - 1));
    this.#askAt = times === 0 ? 0 : performance.now() + pause;
  }

  /** One request at a time. */
  #ask(): Promise<void> {
    if (this.#exhausted || !(this.#asking || this.#mayAsk)) {
      return Promise.resolve();
    }
    this.#asking ??= this.#request().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #request(): Promise<void> {
    const { client, workerId } = this.#options;
    const state = this.#state();
    this.#toldMissing = state.missing !== undefined;
    try {
      const { granted, exhausted } = await client.post(
        '/budget',
        { workerId, instance: this.#instance, ...state },
        runBudgetResponseSchema,
      );
      const isEnough = granted - state.granted >= this.#most;
      this.#askedInVain(isEnough ? 0 : this.#vain + 1);
      this.#slices.grant(granted);
      if (exhausted) this.#exhaust();
    } catch (error) {
      const isOver =
        error instanceof ProtocolError && RUN_OVER.has(error.status);
      if (!isOver) throw error;
      this.#exhaust();
    }
  }

  #exhaust(): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    this.#onExhausted();
  }
}
