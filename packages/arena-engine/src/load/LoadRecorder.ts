import { setImmediate } from 'node:timers/promises';
import {
  LoadReportBatch,
  WorkerSecond,
} from '@backstage-arena/plugin-arena-common/load';
import { ProcessMeter } from './ProcessMeter';
import { SecondRecord } from './SecondRecord';

export interface LoadRecorderOptions {
  workerId: string;
  /** Start of the test, on the clock of `performance.now`. */
  originMs: number;
  /** Time that the pacer spent waiting since it was last asked. */
  takeSpinMs: () => number;
  onBatch: (batch: LoadReportBatch) => void | Promise<void>;
  /** What `onBatch` threw; it is not called again. */
  onError: (error: unknown) => void;
}

/** Keeps the record of the current second, and hands those of ended seconds over, in order. */
export class LoadRecorder {
  private current: SecondRecord;
  private readonly meter = new ProcessMeter();
  private timer?: NodeJS.Timeout;
  private closing: Promise<void> = Promise.resolve();
  private hasFailed = false;
  private running = 0;
  private mostRunning = 0;
  private callCount = 0;

  constructor(private readonly options: LoadRecorderOptions) {
    this.current = new SecondRecord(0);
  }

  start(): void {
    // Who joins late has nothing to tell of what was before.
    this.current = new SecondRecord(this.secondAt(performance.now()));
    this.meter.start();
    this.schedule();
  }

  /** Conversations in flight. */
  get inFlight(): number {
    return this.running;
  }

  set inFlight(value: number) {
    this.running = value;
    if (value > this.mostRunning) this.mostRunning = value;
  }

  /** The record of the second in which `now` lies. */
  at(now: number): SecondRecord {
    const second = this.secondAt(now);
    // Clocks of one process do not go back, but events may tell of a moment ago.
    if (second > this.current.second) this.rotate(second);
    return this.current;
  }

  private secondAt(now: number): number {
    return Math.max(0, Math.floor((now - this.options.originMs) / 1_000));
  }

  /** A call of the system under test is over. */
  countCall(): void {
    this.callCount += 1;
  }

  /** Hands the last second over. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.rotate(this.current.second + 1, true);
    await this.closing;
    this.meter.stop();
  }

  private schedule(): void {
    const { originMs } = this.options;
    const end = originMs + (this.current.second + 1) * 1_000;
    this.timer = setTimeout(() => {
      this.at(performance.now());
      this.schedule();
    }, Math.max(1, Math.ceil(end - performance.now())));
  }

  private rotate(next: number, isLast = false): void {
    const ended = this.current;
    this.current = new SecondRecord(next);
    const worker = {
      ...this.takeWorker(ended.second),
      ...(isLast && { last: true }),
    };
    this.closing = this.closing.then(() => this.handOver(ended, worker));
  }

  private async handOver(
    ended: SecondRecord,
    worker: WorkerSecond,
  ): Promise<void> {
    if (this.hasFailed) return;
    try {
      const records = await ended.close(() => setImmediate());
      await this.options.onBatch({ worker, records });
    } catch (error) {
      this.hasFailed = true;
      this.options.onError(error);
    }
  }

  private takeWorker(second: number): WorkerSecond {
    const { workerId, takeSpinMs } = this.options;
    const taken = this.meter.take();
    const worker = {
      workerId,
      second,
      ...taken,
      spinMs: takeSpinMs(),
      inFlight: this.mostRunning,
      connectionsReused: Math.max(0, this.callCount - taken.connectionsOpened),
    };
    this.mostRunning = this.running;
    this.callCount = 0;
    return worker;
  }
}
