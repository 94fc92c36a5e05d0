interface Waiter {
  signal: AbortSignal;
  admit: () => void;
  abort: () => void;
}

/** Spaces calls out: `burst` at once, then `rps` a second. */
export class RateLimiter {
  private readonly intervalMs: number;
  private readonly burst: number;
  /** In the order of their calls. */
  private readonly waiting = new Set<Waiter>();
  /** When the bucket would be empty of debts. */
  private nextFree = -Infinity;
  private wakeUp?: NodeJS.Timeout;

  constructor(options: { rps: number; burst: number }) {
    this.intervalMs = 1_000 / options.rps;
    this.burst = Math.max(1, options.burst);
  }

  /**
   * Takes a turn when there is one now. It does not know of those who wait in {@link RateLimiter.take}: use one or the other.
   *
   * @returns Milliseconds until there is a turn; 0 when it was taken.
   */
  claim(): number {
    const now = performance.now();
    const earliest = now - (this.burst - 1) * this.intervalMs;
    const slot = Math.max(this.nextFree, earliest);
    if (slot > now) return slot - now;
    this.nextFree = slot + this.intervalMs;
    return 0;
  }

  /** Waits for a turn, in the order of the calls. Who gives up takes none: rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.waiting.size === 0 && this.claim() === 0) return;
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        signal,
        admit: resolve,
        abort: () => {
          this.waiting.delete(waiter);
          this.admitWaiting();
          reject(signal.reason);
        },
      };
      this.waiting.add(waiter);
      signal.addEventListener('abort', waiter.abort, { once: true });
      this.admitWaiting();
    });
  }

  private admitWaiting(): void {
    clearTimeout(this.wakeUp);
    for (const waiter of this.waiting) {
      const wait = this.claim();
      if (wait > 0) {
        this.wakeUp = setTimeout(() => this.admitWaiting(), Math.ceil(wait));
        return;
      }
      this.waiting.delete(waiter);
      waiter.signal.removeEventListener('abort', waiter.abort);
      waiter.admit();
    }
  }
}
