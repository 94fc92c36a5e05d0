import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { RouterOptions } from '../RouterOptions';

export interface CommentsWatcher {
  readonly runIds: readonly string[];
  /** The version that the watcher was told last. */
  seen(runId: string): number;
  take(runId: string, version: number): void;
}

/**
 * Tells the streams of this process that somebody commented on items of their runs, or labelled them: at once when that came through this
 * process, after the interval when it came through another replica.
 */
export class CommentsPoller {
  private readonly comments: RouterOptions['comments'];
  private readonly logger: LoggerService;
  private readonly intervalMs: number;
  private readonly watchers = new Set<CommentsWatcher>();
  private timer: NodeJS.Timeout | undefined;
  private ticking = false;
  private again = false;
  private stopListening: (() => void) | undefined;

  constructor(options: {
    comments: RouterOptions['comments'];
    logger: LoggerService;
    intervalMs: number;
  }) {
    this.comments = options.comments;
    this.logger = options.logger;
    this.intervalMs = options.intervalMs;
  }

  /** Watches until the returned function is called. */
  add(watcher: CommentsWatcher): () => void {
    this.watchers.add(watcher);
    this.stopListening ??= this.comments.onChange(() => void this.look());
    this.schedule();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0) return;
      clearTimeout(this.timer);
      this.timer = undefined;
      this.stopListening?.();
      this.stopListening = undefined;
    };
  }

  private schedule(): void {
    if (this.timer || this.watchers.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.look();
    }, this.intervalMs).unref();
  }

  private async look(): Promise<void> {
    if (this.ticking) {
      this.again = true;
      return;
    }
    this.ticking = true;
    try {
      do {
        this.again = false;
        await this.tick();
      } while (this.again);
    } catch (error) {
      this.logger.warn(
        `Looking for new comments failed: ${stringifyError(error)}`,
      );
    } finally {
      this.ticking = false;
      this.schedule();
    }
  }

  private async tick(): Promise<void> {
    const watchers = [...this.watchers];
    const ids = new Set(watchers.flatMap(watcher => watcher.runIds));
    if (ids.size === 0) return;
    const versions = await this.comments.versions([...ids]);
    for (const watcher of watchers) {
      for (const runId of watcher.runIds) {
        const version = versions.get(runId);
        if (version !== undefined && version !== watcher.seen(runId)) {
          watcher.take(runId, version);
        }
      }
    }
  }
}
