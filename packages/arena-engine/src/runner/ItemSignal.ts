import { timerMs } from '../util/timerMs';

/**
 * The signal of one item: aborted when its time is up or when the caller aborts. `AbortSignal.any` would tie every item to the caller's
 * long-lived signal for good; this lets go of it.
 */
export class ItemSignal {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private expired = false;

  constructor(private readonly parent: AbortSignal, timeoutMs: number) {
    parent.addEventListener('abort', this.follow, { once: true });
    this.timer = setTimeout(() => {
      this.expired = true;
      this.controller.abort(new Error('timeout'));
    }, timerMs(timeoutMs));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get timedOut(): boolean {
    return this.expired;
  }

  /** Ends the wait when the signal is aborted, even if what is waited for does not look at it. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      work.then(
        result => {
          signal.removeEventListener('abort', abort);
          resolve(result);
        },
        error => {
          signal.removeEventListener('abort', abort);
          reject(error);
        },
      );
    });
  }

  release(): void {
    clearTimeout(this.timer);
    this.parent.removeEventListener('abort', this.follow);
  }

  private readonly follow = () => this.controller.abort(this.parent.reason);
}
