import { LoggerService } from '@backstage/backend-plugin-api';
import { BackgroundLoop } from '../time/BackgroundLoop';
import { Clock } from '../time/Clock';
import { DatabaseSnapshotStore } from './DatabaseSnapshotStore';

/** Names digests that are in use. */
export type SnapshotReferences = () => AsyncIterable<string>;

export interface SnapshotGarbageCollectorOptions {
  snapshots: DatabaseSnapshotStore;
  /** All that refer to snapshots: sources, pins of runs, reports. When one of them fails, nothing is deleted. */
  references: readonly SnapshotReferences[];
  clock: Clock;
  logger: LoggerService;
  /** A snapshot put or opened later than this ago stays: who did may not have written yet that it is needed. Default one hour. */
  graceMs?: number;
  /** Default 15 minutes. */
  intervalMs?: number;
}

const DEFAULT_GRACE_MS = 60 * 60_000;
const DEFAULT_INTERVAL_MS = 15 * 60_000;

/** Deletes snapshots that nothing refers to. */
export class SnapshotGarbageCollector {
  readonly #options: SnapshotGarbageCollectorOptions;
  readonly #loop: BackgroundLoop;

  constructor(options: SnapshotGarbageCollectorOptions) {
    this.#options = options;
    this.#loop = new BackgroundLoop({
      name: 'Deleting snapshots that nothing refers to',
      intervalMs: options.intervalMs ?? DEFAULT_INTERVAL_MS,
      logger: options.logger,
      run: async () => {
        await this.collect();
      },
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Returns how many snapshots went. */
  async collect(): Promise<number> {
    const { snapshots, references, clock, graceMs } = this.#options;
    const lastUsedBefore =
      clock.now().getTime() - (graceMs ?? DEFAULT_GRACE_MS);
    await snapshots.deleteAbandoned();
    const used = new Set<string>();
    for (const reference of references) {
      for await (const digest of reference()) {
        used.add(digest);
      }
    }
    let deleted = 0;
    for await (const digest of snapshots.listUsedBefore(lastUsedBefore)) {
      if (!used.has(digest)) {
        deleted += Number(await snapshots.deleteIf(digest, { lastUsedBefore }));
      }
    }
    return deleted;
  }
}
