import { LoggerService } from '@backstage/backend-plugin-api';

export interface ChangeSignalOptions {
  /** Reads the newest committed version. */
  readVersion(): Promise<number>;
  pollIntervalMs: number;
  logger: LoggerService;
}

interface Waiter {
  past: number;
  resolve(): void;
}

/**
 * Tells watchers that there is something to read.
 *
 * @remarks
 * Changes of this process are told at once; those of other replicas are found by one timer for all watchers, which runs only
 * while somebody waits. It carries a version, never the changes: watchers read those themselves, each at its own pace, so a slow one
 * costs no memory.
 */
export class ChangeSignal {
  readonly #options: ChangeSignalOptions;
  readonly #waiters = new Set<Waiter>();
  #latest = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ChangeSignalOptions) {
    this.#options = options;
  }

  /** Everything up to and with this version is committed. */
  observe(version: number): void {
    if (version <= this.#latest) {
      return;
    }
    this.#latest = version;
    for (const waiter of this.#waiters) {
      if (version > waiter.past) {
        waiter.resolve();
      }
    }
  }

  /** Resolves with a newer committed version, or with undefined when the signal aborts. */
  async wait(past: number, signal: AbortSignal): Promise<number | undefined> {
    if (this.#latest <= past && !signal.aborted) {
      await new Promise<void>(resolve => {
        const waiter: Waiter = {
          past,
          resolve: () => {
            this.#waiters.delete(waiter);
            signal.removeEventListener('abort', waiter.resolve);
            this.#stopWhenIdle();
            resolve();
          },
        };
        this.#waiters.add(waiter);
        signal.addEventListener('abort', waiter.resolve, { once: true });
        this.#schedule();
      });
    }
    return signal.aborted ? undefined : this.#latest;
  }

  #schedule(): void {
    if (this.#timer || this.#waiters.size === 0) {
      return;
    }
    this.#timer = setTimeout(async () => {
      try {
        this.observe(await this.#options.readVersion());
      } catch (error) {
        // Watchers wait on: what happened meanwhile is found by the next poll.
        this.#options.logger.warn(
          `Could not look for changes of API objects: ${error}`,
        );
      }
      this.#timer = undefined;
      this.#schedule();
    }, this.#options.pollIntervalMs).unref();
  }

  #stopWhenIdle(): void {
    if (this.#waiters.size === 0 && this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
