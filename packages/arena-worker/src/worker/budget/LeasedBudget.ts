import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BudgetExhausted, CallBudget } from '@backstage-arena/arena-engine';
import { runBudgetResponseSchema } from '@backstage-arena/plugin-arena-common';
import { LoadBudget } from '../load/LoadBudget';
import { ProtocolClient, ProtocolError } from '../ProtocolClient';

/** How long a call that does not fit waits before it tries again: others of the worker may give something back. */
const WAIT_MS = 200;

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
    for (let failures = 1; ; failures += 1) {
      signal.throwIfAborted();
      try {
        this.#slices.reserve(most);
        return;
      } catch (error) {
        const isFinal = this.#exhausted && this.#slices.isIdle;
        if (isFinal || !(error instanceof BudgetExhausted)) throw error;
      }
      // The first answer may be to a request that did not know of this call yet; and the less is left, the smaller are the slices.
      if (failures % 3 === 0) await sleep(WAIT_MS, undefined, { signal });
      else await this.#ask();
    }
  }

  settle(reserved: number, cost: number): void {
    this.#slices.settle(reserved, cost);
  }

  /** @param listener - called once, when nothing more is granted to anybody */
  whenExhausted(listener: () => void): void {
    this.#onExhausted = listener;
  }

  /** One request at a time. */
  #ask(): Promise<void> {
    if (this.#exhausted) return Promise.resolve();
    this.#asking ??= this.#request().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #request(): Promise<void> {
    const { client, workerId } = this.#options;
    try {
      const { granted, exhausted } = await client.post(
        '/budget',
        { workerId, instance: this.#instance, ...this.#slices.state() },
        runBudgetResponseSchema,
      );
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
