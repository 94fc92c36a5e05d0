import { setImmediate } from 'node:timers/promises';
import {
  ArrivalSchedule,
  buildLoadReport,
  evaluateLoadThresholds,
  LoadAccumulator,
  LoadControl,
  LoadReport,
  LoadReportBatch,
  MeasuredStage,
  measuredStages,
  scheduleOf,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { Runner } from '../Engine';
import { LoadRunner } from './LoadRunner';
import type { RunLoadTestOptions } from './runLoadTest';
import { SearchSteps } from './SearchSteps';

/** From the call to the first second of the schedule. */
const START_DELAY_MS = 100;
/** How far the schedule is leased ahead: changes take effect beyond. */
const LEAD_SECONDS = 1;
const TICK_MS = 100;
const WORKER_ID = 'local';

export type LoadTestOptions = Omit<RunLoadTestOptions, 'bundle' | 'plan'> & {
  runner: Pick<Runner, 'plan' | 'execute'>;
};

/** A load test of one process: leases the schedule to its runner second by second, and watches over thresholds and the search. */
export class LoadTest {
  private readonly accumulator: LoadAccumulator;
  private readonly runner: LoadRunner;
  private readonly search?: SearchSteps;
  private readonly controls: LoadControl[] = [];
  private readonly originMs = performance.now() + START_DELAY_MS;
  private stages!: readonly MeasuredStage[];
  private schedule!: ArrivalSchedule;
  private endedBy: LoadReport['endedBy'] = 'completed';
  private leased = 0;
  private isOver = false;
  private stoppedAtMs?: number;
  private recordedUntilMs = 0;
  /** When everything of a step was first seen to be over. */
  private drainedAtMs?: number;

  constructor(private readonly options: LoadTestOptions) {
    const { profile } = options;
    this.setStages();
    this.accumulator = new LoadAccumulator(() => this.stages);
    this.runner = new LoadRunner({
      ...options,
      workerId: WORKER_ID,
      originMs: this.originMs,
      onBatch: batch => this.take(batch),
    });
    this.search = profile.search && new SearchSteps(profile.search);
  }

  async run(): Promise<LoadReport> {
    const { options, runner } = this;
    const { signal, profile, title } = options;
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
    const timer =
      profile.mode === 'open' ? setInterval(tick, TICK_MS) : undefined;
    if (timer) tick();
    try {
      await runner.run();
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', stop);
    }
    return buildLoadReport({
      title,
      profile,
      stages: this.stages,
      schedule: this.openSchedule,
      accumulator: this.accumulator,
      startedAt,
      elapsedMs: this.now,
      endedBy: this.endedBy,
      stoppedAtMs: this.stoppedAtMs,
      search: this.search,
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

  /** Milliseconds from the start of the test. */
  private get now(): number {
    return performance.now() - this.originMs;
  }

  /** Up to here the schedule is leased. */
  private get horizonMs(): number {
    return this.options.profile.mode === 'open'
      ? this.leased * 1_000
      : Math.max(0, this.now);
  }

  private get openSchedule(): ArrivalSchedule | undefined {
    return this.options.profile.mode === 'open' ? this.schedule : undefined;
  }

  private change(control: LoadControl): void {
    this.controls.push(control);
    this.runner.setControls(this.controls);
    this.setStages();
  }

  private setStages(): void {
    const { profile } = this.options;
    const stages = withControls(profile.stages, this.controls);
    this.schedule = scheduleOf({ ...profile, stages });
    this.stages = measuredStages(stages, profile.warmUpMs);
  }

  private get endMs(): number {
    return this.stages[this.stages.length - 1]?.endMs ?? 0;
  }

  private tick(): void {
    if (this.isOver) return;
    while (
      this.horizonMs < this.endMs &&
      this.leased <= this.now / 1_000 + LEAD_SECONDS
    ) {
      this.runner.lease({ second: this.leased, share: 0, shares: 1 });
      this.leased += 1;
    }
    if (this.horizonMs < this.endMs) return;
    if (!this.search) {
      this.isOver = true;
      this.runner.end();
    } else if (this.now >= this.endMs && this.runner.inFlight === 0) {
      this.drainedAtMs ??= this.now;
      // The record of the second in which the last one ended must be in.
      if (this.recordedUntilMs < this.drainedAtMs) return;
      this.drainedAtMs = undefined;
      this.nextStep(this.search);
    }
  }

  private nextStep(search: SearchSteps): void {
    const { stages } = this;
    search.judge(stages[stages.length - 1], this.accumulator, this.schedule);
    const { next } = search;
    if (next === undefined) {
      this.isOver = true;
      this.endedBy = 'search';
      this.runner.end();
      return;
    }
    const { durationMs, target } = next;
    const atMs = Math.ceil(this.now / 1_000 + 1) * 1_000;
    this.leased = Math.max(this.leased, Math.floor(atMs / 1_000));
    this.change({ action: 'append', atMs, target, durationMs });
  }

  private async take(batch: LoadReportBatch): Promise<void> {
    const totals = await this.accumulator.addInParts(batch, () =>
      setImmediate(),
    );
    this.recordedUntilMs = (batch.worker.second + 1) * 1_000;
    const schedule = this.openSchedule;
    const current = this.stages[this.stages.length - 1];
    if (
      this.now < this.endMs &&
      this.search?.isSaturated(current, this.accumulator)
    ) {
      this.change({ action: 'stop', atMs: this.horizonMs });
    }
    this.watch();
    await this.options.onBatch?.({ batch, totals, schedule });
  }

  /** Ends the test when a threshold that asks for it is not met. What has no data yet may still get some. */
  private watch(): void {
    const { thresholds, warmUpMs } = this.options.profile;
    const { now } = this;
    const due = thresholds.filter(
      ({ abortOnFail, delayAbortEvalMs = 0 }) =>
        abortOnFail && now >= delayAbortEvalMs,
    );
    if (due.length === 0 || this.isOver) return;
    const results = evaluateLoadThresholds(due, {
      totals: this.accumulator.measured,
      measuredMs: Math.max(0, Math.min(now, this.endMs) - warmUpMs),
      cost: this.accumulator.cost,
    });
    const isMissed = results.some(
      ({ actual, passed }) => actual !== undefined && !passed,
    );
    if (isMissed) this.stop('threshold');
  }
}
