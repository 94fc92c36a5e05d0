import { IndexRange } from '@backstage-arena/plugin-arena-common';

/** One execution that a lease allows. */
export interface LeasedWork {
  index: number;
  /** Counts from 1. */
  attempt: number;
}

/** A result on its way to the backend. */
export interface FinishedWork {
  index: number;
  /** The result as JSON text, made once. */
  json: string;
  bytes: number;
}

/** Why work of a lease stops. */
export class LeaseLostError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeaseLostError';
  }
}

export interface LeaseOptions {
  leaseId: string;
  fence: number;
  ranges?: readonly IndexRange[];
  items?: readonly LeasedWork[];
  /** Time (`performance.now()`) at which the lease was asked for, before the request was sent. */
  requestedAt: number;
  ttlMs: number;
}

/**
 * What this worker holds under one lease: work not yet begun, work in progress, and results not yet acknowledged.
 *
 * The deadline is counted on the monotonic clock from before the request was sent, so it is never later than the backend's own.
 */
export class Lease {
  readonly leaseId: string;
  readonly fence: number;
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal;
  /** Aborts when its items are to be given up: when the lease is lost, or before it is given back. */
  readonly halted: AbortSignal;
  readonly #loss = new AbortController();
  readonly #halt = new AbortController();
  readonly #ranges: IndexRange[];
  readonly #items: LeasedWork[];
  readonly #running = new Set<number>();
  #finished: FinishedWork[] = [];
  #sending: FinishedWork[] = [];
  #startedUnsaid: number[] = [];
  #reportedAt = -Infinity;
  #unstarted: number;
  #deadline: number;
  #doubtedAt = -Infinity;
  #renewed: Array<() => void> = [];

  constructor(options: LeaseOptions) {
    this.leaseId = options.leaseId;
    this.fence = options.fence;
    this.lost = this.#loss.signal;
    this.halted = this.#halt.signal;
    this.#ranges = (options.ranges ?? []).map(range => ({ ...range }));
    this.#items = [...(options.items ?? [])];
    this.#unstarted = this.#ranges.reduce(
      (sum, range) => sum + Math.max(0, range.to - range.from),
      this.#items.length,
    );
    this.#deadline = options.requestedAt + options.ttlMs;
  }

  /** Items that have not begun. */
  get unstarted(): number {
    return this.#unstarted;
  }

  /** Items that have begun and whose results are not acknowledged. */
  get unacknowledged(): number {
    return this.#running.size + this.#finished.length + this.#sending.length;
  }

  /** Indexes of the items that have begun and whose results are not acknowledged. */
  get begun(): number[] {
    return [
      ...this.#running,
      ...this.#finished.map(work => work.index),
      ...this.#sending.map(work => work.index),
    ];
  }

  /** Results that wait to be sent. */
  get waiting(): number {
    return this.#finished.length;
  }

  get isSending(): boolean {
    return this.#sending.length > 0;
  }

  /** Time (`performance.now()`) at which results were last taken for a report. */
  get reportedAt(): number {
    return this.#reportedAt;
  }

  /** Nothing is left to do but to hear that the last results were taken. */
  get awaitsAnswerOnly(): boolean {
    return (
      this.#unstarted === 0 &&
      this.#running.size === 0 &&
      this.#finished.length === 0
    );
  }

  get isDone(): boolean {
    return this.#unstarted === 0 && this.unacknowledged === 0;
  }

  /** Takes the next item: those that were tried before come first, since others may wait for them. */
  start(): LeasedWork | undefined {
    const work = this.#next();
    if (!work) return undefined;
    this.#unstarted -= 1;
    this.#running.add(work.index);
    this.#startedUnsaid.push(work.index);
    return work;
  }

  finish(work: FinishedWork): void {
    if (this.#running.delete(work.index)) this.#finished.push(work);
  }

  /** The item is given up without a result. */
  abandon(index: number): void {
    this.#running.delete(index);
  }

  /** Takes waiting results for one report, at least one and within the bounds. */
  take(bounds: { items: number; bytes: number }): FinishedWork[] {
    let bytes = 0;
    let count = 0;
    for (const work of this.#finished) {
      bytes += work.bytes + 1;
      if (count > 0 && (count >= bounds.items || bytes > bounds.bytes)) break;
      count += 1;
    }
    this.#sending = this.#finished.splice(0, count);
    this.#reportedAt = performance.now();
    return this.#sending;
  }

  /** The report was answered: its items no longer count as in flight. */
  acknowledge(): void {
    this.#sending = [];
  }

  /** Indexes that began since they were last told to the backend. */
  takeStarted(limit: number): number[] {
    return this.#startedUnsaid.splice(0, limit);
  }

  /** Telling the backend failed; they are told again. */
  untakeStarted(indexes: readonly number[]): void {
    this.#startedUnsaid.unshift(...indexes);
  }

  /** A report tells the backend of its items as well. */
  forgetStarted(indexes: ReadonlySet<number>): void {
    this.#startedUnsaid = this.#startedUnsaid.filter(
      index => !indexes.has(index),
    );
  }

  /** Counts as run out until the backend says otherwise: what ended another lease may have ended this one. */
  doubt(): void {
    this.#doubtedAt = performance.now();
    this.#deadline = -Infinity;
  }

  /** @param askedAt - `performance.now()` before the request was sent */
  renew(askedAt: number, ttlMs: number): void {
    if (askedAt < this.#doubtedAt) return;
    this.#deadline = Math.max(this.#deadline, askedAt + ttlMs);
    for (const resume of this.#renewed.splice(0)) resume();
  }

  /**
   * Starts nothing more and gives up what runs; what has finished can still be reported.
   *
   * @returns indexes of the items that ran
   */
  halt(reason: string): number[] {
    const running = [...this.#running];
    this.#unstarted = 0;
    this.#ranges.length = 0;
    this.#items.length = 0;
    this.#halt.abort(new LeaseLostError(reason));
    for (const resume of this.#renewed.splice(0)) resume();
    return running;
  }

  lose(reason: string): void {
    this.halt(reason);
    this.#running.clear();
    this.#finished = [];
    this.#sending = [];
    this.#startedUnsaid = [];
    this.#loss.abort(new LeaseLostError(reason));
  }

  get isExpired(): boolean {
    return performance.now() >= this.#deadline;
  }

  /**
   * Holds a paid call back while the lease has run out: the backend may have given the item to another worker. Resolves once
   * the lease is renewed.
   *
   * @throws LeaseLostError when it turns out to be lost.
   */
  async untilValid(): Promise<void> {
    this.halted.throwIfAborted();
    while (this.isExpired) {
      await new Promise<void>(resolve => this.#renewed.push(resolve));
      this.halted.throwIfAborted();
    }
  }

  #next(): LeasedWork | undefined {
    const item = this.#items.shift();
    if (item) return item;
    const range = this.#ranges[0];
    if (!range) return undefined;
    const index = range.from;
    range.from += 1;
    if (range.from >= range.to) this.#ranges.shift();
    return { index, attempt: 1 };
  }
}
