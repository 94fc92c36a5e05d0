import { WorkerProcess } from './WorkerProcess';

/** Options of {@link SpareWorkers}. */
export interface SpareWorkersOptions {
  start: () => WorkerProcess;
  /** How long one waits for a run before it is ended. */
  idleMs: number;
}

/** Worker processes that have started and have no run yet: loading their program takes as long as planning a small run. */
export class SpareWorkers {
  private readonly options: SpareWorkersOptions;
  private readonly waiting = new Map<WorkerProcess, NodeJS.Timeout>();

  constructor(options: SpareWorkersOptions) {
    this.options = options;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** Sees to it that so many wait. */
  prepare(count: number): void {
    while (this.waiting.size < count) {
      const process = this.options.start();
      const timer = setTimeout(() => {
        this.waiting.delete(process);
        process.terminate(0);
      }, this.options.idleMs);
      timer.unref();
      this.waiting.set(process, timer);
    }
  }

  /** One that has started, if there is one, or a new one. */
  take(): WorkerProcess {
    for (const [process, timer] of this.waiting) {
      clearTimeout(timer);
      this.waiting.delete(process);
      if (process.alive) return process;
    }
    return this.options.start();
  }

  async stop(): Promise<void> {
    const processes = [...this.waiting];
    this.waiting.clear();
    await Promise.all(
      processes.map(([process, timer]) => {
        clearTimeout(timer);
        return process.terminate(0);
      }),
    );
  }
}
