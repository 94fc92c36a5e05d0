import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BudgetExhausted,
  ExecuteOptions,
  Runner,
} from '@backstage-arena/arena-engine';
import { ItemReport } from '@backstage-arena/plugin-arena-common';
import { datasetBudgetResponseSchema } from '@backstage-arena/plugin-arena-common/datagen';
import { LoadBudget } from '../load/LoadBudget';
import { ProtocolClient, ProtocolError } from '../ProtocolClient';

/** How long a worker whose call does not fit waits before it asks again, for calls of its own to give something back. */
const WAIT_MS = 200;

/** Statuses of a run that is over. */
const RUN_OVER = new Set([401, 409]);

export interface DatasetBudgetOptions {
  client: ProtocolClient;
  workerId: string;
  limit: number;
  /** Among which the budget is shared. */
  workers: number;
}

/** What a worker that generates data may spend: slices of the run's budget, which it asks for when it needs them. */
export class DatasetBudget {
  /** For the engine: sets aside what calls may cost at most. */
  readonly calls: LoadBudget;
  readonly #options: DatasetBudgetOptions;
  readonly #instance = randomUUID();
  #asking: Promise<void> | undefined;
  #exhausted = false;

  constructor(options: DatasetBudgetOptions) {
    this.#options = options;
    const { limit, workers } = options;
    this.calls = new LoadBudget({
      profile: { budgetLimit: limit, stages: [] },
      workers,
    });
    // An attempt that fails for lack of it asks as well, so that a failure here is no loss.
    this.calls.whenLow(() => void this.#ask().catch(() => {}));
  }

  /** A runner whose attempts wait for their budget. When there is none any more they wait for the end of the run. */
  over(runner: Runner): Runner {
    return {
      plan: runner.plan,
      close: () => runner.close(),
      execute: (index, options) => this.#execute(runner, index, options),
    };
  }

  async #execute(
    runner: Runner,
    index: number,
    options: ExecuteOptions,
  ): Promise<ItemReport> {
    for (;;) {
      options.signal.throwIfAborted();
      try {
        return await runner.execute(index, options);
      } catch (error) {
        if (!(error instanceof BudgetExhausted)) throw error;
      }
      await this.#ask();
      if (this.#exhausted) await aborted(options.signal);
      else await sleep(WAIT_MS, undefined, { signal: options.signal });
    }
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
        '/dataset/budget',
        { workerId, instance: this.#instance, ...this.calls.state() },
        datasetBudgetResponseSchema,
      );
      this.calls.grant(granted);
      this.#exhausted = exhausted;
    } catch (error) {
      const isOver =
        error instanceof ProtocolError && RUN_OVER.has(error.status);
      if (!isOver) throw error;
      this.#exhausted = true;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
