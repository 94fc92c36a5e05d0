import { RateLimiter } from '../../util/RateLimiter';

export interface CallLimiterOptions {
  rate?: { rps: number; burst: number };
  /** Most streamed calls at a time. */
  maxStreams?: number;
}

interface Waiter {
  stream: boolean;
  signal: AbortSignal;
  admit: () => void;
  abort: () => void;
}

/** A refusal that comes right after another one speaks of the same crowd. */
const CUT_INTERVAL_MS = 1_000;

/**
 * Holds calls back: to the given rate, and to as many at a time as the provider takes. The latter is found out: each refusal
 * halves what was in flight, each success adds a little, and once it has doubled again there is no limit any more.
 */
export class CallLimiter {
  private readonly rate?: RateLimiter;
  private readonly waiting = new Set<Waiter>();
  private inFlight = 0;
  private streams = 0;
  private limit = Infinity;
  private ceiling = Infinity;
  private nextCut = 0;
  /** On the clock of `performance.now`; 0 when there is no pause. */
  private pausedUntil = 0;
  private wakeUp?: NodeJS.Timeout;

  constructor(private readonly options: CallLimiterOptions) {
    if (options.rate) this.rate = new RateLimiter(options.rate);
  }

  /**
   * Waits until a call may be made; `leave` must follow. Rejects with the signal's reason when it is aborted.
   *
   * @returns undefined when there is nothing to wait for
   */
  enter(stream: boolean, signal: AbortSignal): Promise<void> | undefined {
    if (this.waiting.size === 0 && this.hasRoom(stream)) {
      this.admit(stream);
      return this.rate && this.awaitRate(stream, signal);
    }
    return this.awaitRoom(stream, signal);
  }

  /** A call that was let in is over. */
  leave(stream: boolean): void {
    this.inFlight--;
    if (stream) this.streams--;
    this.admitWaiting();
  }

  /** A call went well: there may be room for more. */
  succeeded(): void {
    if (this.limit === Infinity) return;
    this.limit += 1 / this.limit;
    if (this.limit > this.ceiling) this.limit = Infinity;
  }

  /** The provider refused a call that has not left yet: it wants less, and possibly a pause. */
  refused(pauseMs = 0): void {
    const now = performance.now();
    if (now >= this.nextCut) {
      this.nextCut = now + CUT_INTERVAL_MS;
      this.ceiling = 2 * this.inFlight;
      this.limit = Math.max(1, Math.floor(this.inFlight / 2));
    }
    if (pauseMs > 0 && now + pauseMs > this.pausedUntil) {
      this.pausedUntil = now + pauseMs;
      clearTimeout(this.wakeUp);
      this.wakeUp = setTimeout(() => {
        this.pausedUntil = 0;
        this.admitWaiting();
      }, pauseMs);
    }
  }

  close(): void {
    clearTimeout(this.wakeUp);
  }

  private hasRoom(stream: boolean): boolean {
    return (
      this.inFlight < Math.floor(this.limit) &&
      (!stream || this.streams < (this.options.maxStreams ?? Infinity)) &&
      this.pausedUntil === 0
    );
  }

  private admit(stream: boolean): void {
    this.inFlight++;
    if (stream) this.streams++;
  }

  private admitWaiting(): void {
    for (const waiter of this.waiting) {
      if (!this.hasRoom(waiter.stream)) return;
      this.waiting.delete(waiter);
      waiter.signal.removeEventListener('abort', waiter.abort);
      this.admit(waiter.stream);
      waiter.admit();
    }
  }

  private async awaitRoom(stream: boolean, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        stream,
        signal,
        admit: resolve,
        abort: () => {
          this.waiting.delete(waiter);
          reject(signal.reason);
        },
      };
      this.waiting.add(waiter);
      signal.addEventListener('abort', waiter.abort, { once: true });
    });
    await this.awaitRate(stream, signal);
  }

  private async awaitRate(stream: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.rate?.take(signal);
    } catch (error) {
      this.leave(stream);
      throw error;
    }
  }
}
