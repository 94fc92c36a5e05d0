import { LoggerService } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock } from '../time/Clock';
import { compactHistory } from './operations/compactHistory';

export interface HistoryCompactorOptions {
  knex: Knex;
  cluster: string;
  clock: Clock;
  logger: LoggerService;
  /** A watch that was away for no longer than this resumes without a gap. */
  retentionMs: number;
  /** Never remember more changes than this. */
  maxChanges: number;
  intervalMs: number;
}

/** Keeps the history of the store short. Replicas may do it at the same time. */
export class HistoryCompactor {
  readonly #options: HistoryCompactorOptions;
  readonly #loop: BackgroundLoop;

  constructor(options: HistoryCompactorOptions) {
    this.#options = options;
    this.#loop = new BackgroundLoop({
      name: 'Compacting the history of API objects',
      intervalMs: options.intervalMs,
      logger: options.logger,
      run: async () => {
        await this.compact();
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Returns how many rows went. */
  async compact(): Promise<number> {
    const { knex, cluster, clock, retentionMs, maxChanges } = this.#options;
    return retryWhileBusy(() =>
      compactHistory(knex, {
        cluster,
        before: clock.now().getTime() - retentionMs,
        keep: maxChanges,
      }),
    );
  }
}
