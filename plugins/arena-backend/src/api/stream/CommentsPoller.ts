import { LoggerService } from '@backstage/backend-plugin-api';
import { BackgroundLoop } from '../../time/BackgroundLoop';
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
  /** There as long as somebody watches. */
  private looking: { loop: BackgroundLoop; stopListening(): void } | undefined;

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
    this.looking ??= this.look();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0 || !this.looking) return;
      this.looking.stopListening();
      void this.looking.loop.stop();
      this.looking = undefined;
    };
  }

  private look() {
    const loop = new BackgroundLoop({
      name: 'Looking for new comments',
      intervalMs: this.intervalMs,
      logger: this.logger,
      run: () => this.tick(),
    });
    loop.start();
    return { loop, stopListening: this.comments.onChange(() => loop.wake()) };
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
