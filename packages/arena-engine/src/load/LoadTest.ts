import { setImmediate } from 'node:timers/promises';
import {
  LoadControl,
  LoadCourse,
  LoadReport,
  LoadReportBatch,
} from '@backstage-arena/plugin-arena-common/load';
import { Runner } from '../Engine';
import { LoadRunner } from './LoadRunner';
import type { RunLoadTestOptions } from './runLoadTest';

/** From the call to the first second of the schedule. */
const START_DELAY_MS = 100;
/** How far the schedule is leased ahead: changes take effect beyond. */
const LEAD_SECONDS = 1;
const TICK_MS = 100;
const WORKER_ID = 'local';

export type LoadTestOptions = Omit<RunLoadTestOptions, 'bundle' | 'plan'> & {
  runner: Pick<Runner, 'plan' | 'execute'>;
};

/** A load test of one process: leases the schedule to its runner second by second, and carries out what its course says. */
export class LoadTest {
  private readonly course: LoadCourse;
  private readonly runner: LoadRunner;
  private readonly originMs = performance.now() + START_DELAY_MS;
  private endedBy: LoadReport['endedBy'] = 'completed';
  private leased = 0;
  private isOver = false;
  private stoppedAtMs?: number;
  private recordedUntilMs = 0;
  /** When everything of a step was first seen to be over. */
  private drainedAtMs?: number;

  constructor(private readonly options: LoadTestOptions) {
    this.course = new LoadCourse(options.profile);
    this.runner = new LoadRunner({
      ...options,
      workerId: WORKER_ID,
      originMs: this.originMs,
      onBatch: batch => this.take(batch),
    });
  }

  async run(): Promise<LoadReport> {
    const { options, runner } = this;
    const { signal, title } = options;
    const startedAt = new Date(Date.now() - performance.now() + this.originMs);
    const stop = () => this.stop('stopped');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const tick = () => {
      try {
        this.tick();
      } catch (error) {
        runner.fail(error);
      }
    };
    const timer = this.isOpenLoop ? setInterval(tick, TICK_MS) : undefined;
    if (timer) tick();
    try {
      await runner.run();
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
    }
    return this.course.report({
      title,
      startedAt,
      elapsedMs: this.now,
      endedBy: this.endedBy,
      stoppedAtMs: this.stoppedAtMs,
    });
  }

  /** Ends the test early: nothing more is sent. */
  stop(endedBy: LoadReport['endedBy']): void {
    // All that is left may be leased already: what is not sent by now is not sent then either.
    if (this.stoppedAtMs !== undefined) return;
    this.endedBy = endedBy;
    this.isOver = true;
    this.stoppedAtMs = Math.max(0, this.now);
    this.change({ action: 'stop', atMs: this.horizonMs });
    this.runner.stop(endedBy === 'budget' ? 'budget' : 'stopped');
  }

  private get isOpenLoop(): boolean {
    return this.options.profile.mode === 'open';
  }

  /** Milliseconds from the start of the test. */
  private get now(): number {
    return performance.now() - this.originMs;
  }

  /** Up to here the schedule is leased. */
  private get horizonMs(): number {
    return this.isOpenLoop ? this.leased * 1_000 : Math.max(0, this.now);
  }

  private change(control: LoadControl): void {
    const controls = [...this.course.controls, control];
    this.course.setControls(controls);
    this.runner.setControls(controls);
  }

  private tick(): void {
    if (this.isOver) return;
    const { course } = this;
    while (
      this.horizonMs < course.endMs &&
      this.leased <= this.now / 1_000 + LEAD_SECONDS
    ) {
      this.runner.lease({ second: this.leased, share: 0, shares: 1 });
      this.leased += 1;
    }
    this.proceed();
  }

  private proceed(): void {
    if (this.isOver) return;
    const step = this.course.next({
      nowMs: this.now,
      knownUntilMs: this.recordedUntilMs,
      horizonMs: this.horizonMs,
      isDrained: this.isDrained(),
    });
    if (!step) return;
    if (step.type === 'stop') this.stop(step.endedBy);
    else if (step.type === 'change') {
      this.drainedAtMs = undefined;
      const { control } = step;
      if (control.action === 'append') {
        this.leased = Math.max(this.leased, Math.floor(control.atMs / 1_000));
      }
      this.change(control);
    } else {
      this.isOver = true;
      this.endedBy = step.endedBy;
      this.runner.end();
    }
  }

  /** After the last stage; the record of the second in which the last conversation ended must be in. */
  private isDrained(): boolean {
    const { hasLeased, inFlight } = this.runner;
    if (hasLeased || inFlight > 0 || this.now < this.course.endMs) {
      this.drainedAtMs = undefined;
      return false;
    }
    this.drainedAtMs ??= this.now;
    return this.recordedUntilMs >= this.drainedAtMs;
  }

  private async take(batch: LoadReportBatch): Promise<void> {
    const { course } = this;
    const totals = await course.accumulator.addInParts(batch, () =>
      setImmediate(),
    );
    this.recordedUntilMs = (batch.worker.second + 1) * 1_000;
    const { schedule } = course;
    this.proceed();
    await this.options.onBatch?.({ batch, totals, schedule });
  }
}
