import { LoggerService } from '@backstage/backend-plugin-api';

export interface BackgroundLoopOptions {
  /** For log messages: what it does. */
  name: string;
  intervalMs: number;
  /** One round. Errors are logged, and the next round comes as usual. */
  run(signal: AbortSignal): Promise<void>;
  logger: LoggerService;
}

/** Does something again and again, at once when woken, never twice at a time. */
export class BackgroundLoop {
  readonly #options: BackgroundLoopOptions;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #again = false;
  #started = false;

  constructor(options: BackgroundLoopOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#started) {
      this.#started = true;
      this.wake();
    }
  }

  /** True from start to stop. */
  get running(): boolean {
    return this.#started && !this.#abort.signal.aborted;
  }

  /** Starts a round now, or another one after that which is running. */
  wake(): void {
    if (!this.running) {
      return;
    }
    if (this.#round) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#round = this.#runOnce().finally(() => {
      this.#round = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      } else if (this.running) {
        this.#timer = setTimeout(
          () => this.wake(),
          this.#options.intervalMs,
        ).unref();
      }
    });
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#round;
  }

  async #runOnce(): Promise<void> {
    try {
      await this.#options.run(this.#abort.signal);
    } catch (error) {
      this.#options.logger.warn(`${this.#options.name} failed: ${error}`);
    }
  }
}
