import { RateLimiter } from '../../util/RateLimiter';

export interface CallLimiterOptions {
  rate?: { rps: number; burst: number };
  /** Most calls at a time. */
  maxCalls?: number;
  /** Most streamed calls at a time. */
  maxStreams?: number;
  /** False: refusals change nothing, as in tests of what a provider takes. Default true. */
  adaptive?: boolean;
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
  /** Runs until the rate lets the first one in who waits. */
  private nextTurn?: NodeJS.Timeout;

  constructor(private readonly options: CallLimiterOptions) {
    if (options.rate) this.rate = new RateLimiter(options.rate);
  }

  /**
   * Waits until a call may be made; `leave` must follow. Rejects with the signal's reason when it is aborted.
   *
   * @returns undefined when there is nothing to wait for
   */
  enter(stream: boolean, signal: AbortSignal): Promise<void> | undefined {
    if (this.waiting.size === 0 && this.admits(stream)) return undefined;
    return this.wait(stream, signal);
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
    if (this.options.adaptive === false) return;
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
    clearTimeout(this.nextTurn);
  }

  private hasRoom(stream: boolean): boolean {
    return (
      this.inFlight < Math.floor(this.limit) &&
      this.inFlight < (this.options.maxCalls ?? Infinity) &&
      (!stream || this.streams < (this.options.maxStreams ?? Infinity)) &&
      this.pausedUntil === 0
    );
  }

  /** Lets a call in when there is room, and the rate allows it: who waits for either is not in flight. */
  private admits(stream: boolean): boolean {
    if (!this.hasRoom(stream)) return false;
    const wait = this.rate?.claim() ?? 0;
    if (wait > 0) {
      clearTimeout(this.nextTurn);
      this.nextTurn = setTimeout(() => this.admitWaiting(), Math.ceil(wait));
      return false;
    }
    this.inFlight++;
    if (stream) this.streams++;
    return true;
  }

  private admitWaiting(): void {
    for (const waiter of this.waiting) {
      if (!this.admits(waiter.stream)) return;
      this.waiting.delete(waiter);
      waiter.signal.removeEventListener('abort', waiter.abort);
      waiter.admit();
    }
  }

  private async wait(stream: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        stream,
        signal,
        admit: resolve,
        abort: () => {
          this.waiting.delete(waiter);
          reject(signal.reason);
          // The one behind may need less.
          this.admitWaiting();
        },
      };
      this.waiting.add(waiter);
      signal.addEventListener('abort', waiter.abort, { once: true });
    });
  }
}
