import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { MatrixCell, Run } from '@backstage-arena/plugin-arena-common';
import { RunReader } from '../RouterOptions';

/** What changed in a run since the version that a watcher has seen. */
export interface RunChange {
  run: Omit<Run, 'pins'>;
  /** Type of its job. */
  type: Run['pins']['type'];
  cells: MatrixCell[];
  /** The version that the watcher has seen once it has taken the change. */
  version: number;
}

export interface RunWatcher {
  readonly runIds: readonly string[];
  /** The version that the watcher has seen of a run. */
  seen(runId: string): number;
  /** True while an earlier change is still on its way: the next one will then hold both. */
  readonly busy: boolean;
  take(change: RunChange): void;
}

/**
 * Looks for changes of all watched runs of this process: one query per tick for all of them, and details only of those that
 * changed. Level-based: a watcher that misses a tick gets the newest state with the next.
 */
export class RunPoller {
  private readonly runs: RunReader;
  private readonly logger: LoggerService;
  private readonly intervalMs: number;
  private readonly watchers = new Set<RunWatcher>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: {
    runs: RunReader;
    logger: LoggerService;
    intervalMs: number;
  }) {
    this.runs = options.runs;
    this.logger = options.logger;
    this.intervalMs = options.intervalMs;
  }

  /** Watches until the returned function is called. */
  add(watcher: RunWatcher): () => void {
    this.watchers.add(watcher);
    this.schedule();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) {
        clearTimeout(this.timer);
        this.timer = undefined;
      }
    };
  }

  private schedule(): void {
    if (this.timer || this.watchers.size === 0) return;
    this.timer = setTimeout(async () => {
      try {
        await this.tick();
      } catch (error) {
        this.logger.warn(
          `Looking for changes of runs failed: ${stringifyError(error)}`,
        );
      }
      this.timer = undefined;
      this.schedule();
    }, this.intervalMs).unref();
  }

  private async tick(): Promise<void> {
    const watchers = [...this.watchers].filter(watcher => !watcher.busy);
    const ids = new Set(watchers.flatMap(watcher => watcher.runIds));
    if (ids.size === 0) return;
    for (const head of await this.runs.heads([...ids])) {
      const behind = watchers.filter(
        watcher =>
          watcher.runIds.includes(head.id) &&
          watcher.seen(head.id) < head.version,
      );
      if (behind.length > 0) await this.tell(head, behind);
    }
  }

  private async tell(
    head: { id: string; version: number },
    behind: RunWatcher[],
  ): Promise<void> {
    // Read after the version: what changes meanwhile is sent again with the next tick, but never missed.
    const { pins, ...run } = await this.runs.get(head.id);
    const cellsBySeen = new Map<number, MatrixCell[]>();
    for (const watcher of behind) {
      const seen = watcher.seen(head.id);
      const cells =
        cellsBySeen.get(seen) ?? (await this.runs.cellsSince(head.id, seen));
      cellsBySeen.set(seen, cells);
      watcher.take({ run, type: pins.type, cells, version: head.version });
    }
  }
}
