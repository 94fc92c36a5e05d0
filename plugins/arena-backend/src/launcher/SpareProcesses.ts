/** What {@link SpareProcesses} need to know of a process. */
export interface SpareProcess {
  /** True until it has ended. */
  readonly alive: boolean;
  /** Ends it after the given time at the latest. */
  terminate(graceMs: number): Promise<void>;
}

/** Options of {@link SpareProcesses}. */
export interface SpareProcessesOptions<P> {
  start: () => P;
  /** How many are there at all times, from `keep` on. */
  kept: number;
  /** Most that may wait now. Default: no bound. */
  room?: () => number;
  /** How long after one was taken another is started: who took it is to have the processors to itself at first. Default: 5 s. */
  replaceMs?: number;
  /** True while none may be started for later: what runs now must not be disturbed. */
  held?: () => boolean;
}

const REPLACE_MS = 5_000;
/** For one that is not needed: it may be getting itself ready, and clears that away. */
const LEAVE_MS = 1_000;

/**
 * Processes that have started and have nothing to do yet: loading their program takes as long as planning a small run.
 *
 * One that has died is noticed when it is wanted, and replaced as one that was taken: a program that cannot run is not started over and
 * over.
 */
export class SpareProcesses<P extends SpareProcess> {
  private readonly options: SpareProcessesOptions<P>;
  private readonly waiting = new Map<P, NodeJS.Timeout | undefined>();
  /** Those that are not needed and have not gone yet. */
  private readonly leaving = new Set<Promise<void>>();
  private keeping = false;
  private replacement?: NodeJS.Timeout;

  constructor(options: SpareProcessesOptions<P>) {
    this.options = options;
  }

  /** From now on some are kept. */
  keep(): void {
    this.keeping = this.options.kept > 0;
    this.fill();
  }

  /** Sees to it that so many wait for the given time. */
  prepare(count: number, forMs: number): void {
    for (const process of this.start(count)) {
      const timer = setTimeout(() => this.dismiss(process), forMs);
      timer.unref();
      this.waiting.set(process, timer);
    }
  }

  /** One that has started, if there is one. */
  take(): P | undefined {
    this.replaceLater();
    for (const process of this.waiting.keys()) {
      this.remove(process);
      if (process.alive) return process;
    }
    return undefined;
  }

  /** Ends them all; none is started any more. */
  async stop(): Promise<void> {
    this.keeping = false;
    clearTimeout(this.replacement);
    [...this.waiting.keys()].forEach(process => this.end(process));
    await Promise.all(this.leaving);
  }

  private start(count: number): P[] {
    for (const process of this.waiting.keys()) {
      if (!process.alive) this.remove(process);
    }
    const most = Math.min(count, this.options.room?.() ?? count);
    const started: P[] = [];
    while (this.waiting.size < most) {
      const process = this.options.start();
      this.waiting.set(process, undefined);
      started.push(process);
    }
    return started;
  }

  private remove(process: P): void {
    clearTimeout(this.waiting.get(process));
    this.waiting.delete(process);
  }

  private dismiss(process: P): void {
    if (this.keeping && this.waiting.size <= this.options.kept) return;
    this.end(process);
  }

  private end(process: P): void {
    this.remove(process);
    const gone = process
      .terminate(LEAVE_MS)
      .finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }

  private fill(): void {
    if (!this.keeping) return;
    this.start(this.options.kept);
    if (this.waiting.size < this.options.kept) this.replaceLater();
  }

  private replaceLater(): void {
    if (!this.keeping || this.replacement) return;
    this.replacement = setTimeout(() => {
      this.replacement = undefined;
      if (this.options.held?.()) this.replaceLater();
      else this.fill();
    }, this.options.replaceMs ?? REPLACE_MS);
    this.replacement.unref();
  }
}
