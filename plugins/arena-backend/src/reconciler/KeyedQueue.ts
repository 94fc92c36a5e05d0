/** Options of a {@link KeyedQueue}. */
export interface KeyedQueueOptions {
  /** How many keys are worked on at a time. */
  concurrency: number;
  /** Delay after the first failure of a key; doubles with each further one. */
  backoffMs: number;
  maxBackoffMs: number;
  /** Works on a key. Resolves with the time after which to work on it again, if any. */
  work: (key: string) => Promise<number | undefined>;
  onError: (key: string, error: unknown, delayMs: number) => void;
}

/**
 * Work queue of a controller. A key waits at most once, and is never worked on twice at a time: when it is added
 * meanwhile, it is worked on once more afterwards, so that no change is missed.
 */
export class KeyedQueue {
  private readonly options: KeyedQueueOptions;
  private readonly waiting = new Set<string>();
  private readonly working = new Map<string, { again: boolean }>();
  private readonly timers = new Map<
    string,
    { handle: NodeJS.Timeout; dueAt: number }
  >();
  private readonly failures = new Map<string, number>();
  private readonly idleListeners: Array<() => void> = [];
  private stopped = false;

  constructor(options: KeyedQueueOptions) {
    this.options = options;
  }

  add(key: string): void {
    if (this.stopped) return;
    const current = this.working.get(key);
    if (current) {
      current.again = true;
      return;
    }
    this.waiting.add(key);
    this.pump();
  }

  /** Adds the key after a delay; of several delays the shortest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.stopped) return;
    const dueAt = performance.now() + delayMs;
    const timer = this.timers.get(key);
    if (timer && timer.dueAt <= dueAt) return;
    if (timer) clearTimeout(timer.handle);
    const handle = setTimeout(() => {
      this.timers.delete(key);
      this.add(key);
    }, Math.min(delayMs, 2 ** 31 - 1));
    handle.unref();
    this.timers.set(key, { handle, dueAt });
  }

  /** Keys that wait or are worked on. */
  get size(): number {
    return this.waiting.size + this.working.size;
  }

  /** Takes nothing new, and resolves when what is worked on has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.clear();
    for (const { handle } of this.timers.values()) clearTimeout(handle);
    this.timers.clear();
    if (this.working.size > 0) {
      await new Promise<void>(resolve => this.idleListeners.push(resolve));
    }
  }

  private pump(): void {
    while (this.working.size < this.options.concurrency) {
      const [key] = this.waiting;
      if (key === undefined) return;
      this.waiting.delete(key);
      this.working.set(key, { again: false });
      // A timer that was set before this look at the key has nothing to add to it.
      const timer = this.timers.get(key);
      if (timer) {
        clearTimeout(timer.handle);
        this.timers.delete(key);
      }
      void this.run(key);
    }
  }

  private async run(key: string): Promise<void> {
    let delayMs: number | undefined;
    try {
      delayMs = await this.options.work(key);
      this.failures.delete(key);
    } catch (error) {
      const failures = this.failures.get(key) ?? 0;
      this.failures.set(key, failures + 1);
      delayMs = Math.min(
        this.options.backoffMs * 2 ** Math.min(failures, 30),
        this.options.maxBackoffMs,
      );
      this.options.onError(key, error, delayMs);
    }
    const again = this.working.get(key)?.again ?? false;
    this.working.delete(key);
    if (!this.stopped) {
      // A key that fails is not repeated at once, even if it changed: it would fail in a tight loop.
      if (again && !this.failures.has(key)) this.waiting.add(key);
      else if (delayMs !== undefined) this.addAfter(key, delayMs);
      this.pump();
    }
    if (this.working.size === 0) {
      this.idleListeners.splice(0).forEach(listener => listener());
    }
  }
}
