import { RunWorker } from '@backstage-arena/plugin-arena-common';
import { WorkerExit, WorkerProcess } from './WorkerProcess';

/** A worker that lived this long counts as healthy: the next death starts the delays anew. */
const HEALTHY_MS = 60_000;

/** One place in a run's pool: the process that fills it now, and what became of those before. */
export class WorkerSlot {
  readonly id: string;
  process?: WorkerProcess;
  private restarts = 0;
  private deaths = 0;
  private lastReason?: string;
  private waitsFor?: string;
  private notBefore = 0;
  /** Set when the worker saw its run closed. */
  private finishedAt?: number;
  private retired = false;
  private starts = 0;

  constructor(id: string) {
    this.id = id;
  }

  wantsStart(): boolean {
    return (
      !this.process &&
      !this.retired &&
      this.finishedAt === undefined &&
      performance.now() >= this.notBefore
    );
  }

  started(process: WorkerProcess): void {
    if (this.starts > 0) this.restarts += 1;
    this.starts += 1;
    this.waitsFor = undefined;
    this.process = process;
  }

  blocked(reason: string): void {
    this.waitsFor = reason;
  }

  retire(): void {
    this.retired = true;
  }

  /** Whoever still wants workers knows better than one that took the run for closed a while ago. */
  reopen(afterMs: number): void {
    if (
      this.finishedAt !== undefined &&
      performance.now() - this.finishedAt > afterMs
    ) {
      this.finishedAt = undefined;
      this.lastReason = 'exited with code 0 although the run is open';
    }
  }

  /** @returns the delay after which the slot wants to be started again, 0 when it may be at once or not at all. */
  ended(options: {
    exit: WorkerExit;
    /** True when the launcher asked it to go. */
    asked: boolean;
    backoffMs: number;
    maxBackoffMs: number;
  }): number {
    const { exit, asked, backoffMs, maxBackoffMs } = options;
    this.process = undefined;
    if (asked) return 0;
    if (exit.code === 0) {
      this.finishedAt = performance.now();
      return 0;
    }
    this.lastReason = exit.reason;
    this.deaths = exit.livedMs > HEALTHY_MS ? 1 : this.deaths + 1;
    const delayMs = Math.min(
      backoffMs * 2 ** Math.min(this.deaths - 1, 20),
      maxBackoffMs,
    );
    this.notBefore = performance.now() + delayMs;
    return delayMs;
  }

  describe(host: string): RunWorker {
    let state: RunWorker['state'] = 'gone';
    if (this.process) state = 'running';
    else if (this.finishedAt === undefined) state = 'starting';
    return {
      id: this.id,
      state,
      host,
      pid: this.process?.pid,
      restarts: this.restarts,
      lastReason: this.waitsFor ?? this.lastReason,
    };
  }
}
