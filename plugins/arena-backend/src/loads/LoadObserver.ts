import { LoggerService } from '@backstage/backend-plugin-api';
import { RunCounters } from '@backstage-arena/plugin-arena-common';
import {
  LoadCourse,
  LoadProfile,
  LoadReport,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { Clock } from '../time/Clock';
import { appendControl, endLoad, stopLoad } from './changeLoad';
import { controlsOf, lastVerdictOf } from './controlsOf';
import { finishLoad } from './finishLoad';
import { isLive } from './liveWorkers';
import { LoadScaler } from './LoadScaler';
import { LoadIntake } from './LoadIntake';
import { horizonMs, loadTime } from './loadTime';
import { noLoad } from './lockLoad';
import { progressOf } from './progressOf';
import { readLoadRow } from './readLoad';
import { RunLoadRow, RunLoadWorkerRow, StoredLoadState } from './tables';
import { writeProgress } from './writeProgress';

/** A worker that is silent for so long is not waited for. */
const GIVEN_UP_MS = 10_000;
/** Nobody looked for so long: workers may have found no backend in the meantime. */
const ABSENCE_MS = 5_000;
/** Who looks too seldom must come to an end too. */
const LONGEST_END_MS = 600_000;
/** What the last answers may take beyond the time that the profile gives them. */
const END_MARGIN_MS = 30_000;
/** Between two reports of a test that runs. */
const REPORT_INTERVAL_MS = 2_000;

export interface LoadContext {
  knex: Knex;
  clock: Clock;
  logger: LoggerService;
}

/** How far a load test is, as its job sees it. */
export interface LoadView {
  state: StoredLoadState;
  /** Workers that take part. */
  ready?: number;
  /** Workers that the start waits for. */
  expected?: number;
  /** Milliseconds from the start; absent without one. */
  nowMs?: number;
  /** Once it is over. */
  report?: LoadReport;
}

/**
 * Follows one load test: adds up what its workers report, carries out what its course says, and keeps series, counters and report. One replica at a
 * time does; another that takes over goes on from
 * the last snapshot, and reads what came after it.
 */
export class LoadObserver {
  private readonly course: LoadCourse;
  private readonly profile: LoadProfile;
  private readonly scaler = new LoadScaler();
  private readonly intake: LoadIntake;
  private isResumed = false;
  /** When everything that was leased was first seen to be over. */
  private drainedAtMs?: number;
  private reportedAt = -Infinity;
  private lookedAt = -Infinity;
  /** Silence of workers counts from here on. */
  private attentiveSince = -Infinity;
  private view?: LoadView;

  constructor(
    private readonly context: LoadContext,
    private readonly run: PlannedRun,
  ) {
    if (!run.pins.load) throw noLoad(run.runId);
    this.profile = run.pins.load;
    this.course = new LoadCourse(this.profile);
    this.intake = new LoadIntake({
      context,
      run,
      course: this.course,
      onBatch: (batch, totals) => this.scaler.add(batch, totals),
    });
  }

  /** Does what is to be done now. */
  async look(): Promise<LoadView> {
    if (this.view?.report) return this.view;
    const { knex, clock } = this.context;
    const now = clock.now().getTime();
    if (now - this.lookedAt > ABSENCE_MS) this.attentiveSince = now;
    this.lookedAt = now;
    // The workers first: what they say is reported is among the batches then.
    const workers = await knex<RunLoadWorkerRow>('run_load_workers').where({
      run_seq: this.run.seq,
    });
    const load = await readLoadRow(knex, this.run);
    if (load.state === 'running' && load.exhausted) {
      await stopLoad(this.context, this.run, 'budget');
    }
    const controls = controlsOf(load);
    this.course.setControls(controls);
    if (!this.isResumed) await this.intake.restore();
    const batches = await this.intake.take();
    if (!this.isResumed) {
      this.isResumed = true;
      this.course.resume(controls, lastVerdictOf(load));
      // What was before another replica took over is no reason to change the number of workers now.
      this.scaler.forget();
    }
    const nowMs = loadTime(load, now);
    const live = workers.filter(worker => isLive(worker, now));
    let report: LoadReport | undefined;
    if (nowMs !== undefined) {
      if (load.state === 'running') {
        await this.proceed(load, workers, { now, nowMs });
      } else if (load.state === 'stopping' && this.isOver(load, workers, now)) {
        report = await this.finish(load);
      }
      if (!report && batches > 0) {
        await this.tell(load, workers, now);
        await this.intake.save();
      }
    }
    this.view = {
      state: report ? 'over' : load.state,
      ready: live.length,
      expected: load.expected,
      nowMs,
      report,
    };
    return this.view;
  }

  /** How many workers it should have. */
  scale(options: { current: number; min: number; max: number }): number {
    const { state, nowMs } = this.view ?? {};
    return state === 'running' && nowMs !== undefined
      ? this.scaler.decide({ nowMs, ...options })
      : options.current;
  }

  private async proceed(
    load: RunLoadRow,
    workers: readonly RunLoadWorkerRow[],
    { now, nowMs }: { now: number; nowMs: number },
  ): Promise<void> {
    const { context, run, course } = this;
    if (load.exhausted) return;
    const step = course.next({
      nowMs: Math.max(0, nowMs),
      knownUntilMs: this.knownUntil(workers, now) * 1_000,
      horizonMs: horizonMs(load, this.profile, Math.max(0, nowMs)),
      isDrained: this.isDrained(workers, now, nowMs),
    });
    if (!step) return;
    if (step.type === 'stop') await stopLoad(context, run, step.endedBy);
    else if (step.type === 'end') {
      // Until then there may be shares that nobody has fetched.
      if (nowMs < course.endMs) return;
      await endLoad(context, run, step, course.controls);
    } else {
      this.drainedAtMs = undefined;
      await appendControl(context, run, step.control, course.controls);
      course.setControls(controlsOf(await readLoadRow(context.knex, run)));
    }
  }

  /** After the last stage nothing is in flight, and the seconds up to then are reported. */
  private isDrained(
    workers: readonly RunLoadWorkerRow[],
    now: number,
    nowMs: number,
  ): boolean {
    const awaited = workers.filter(worker => this.isAwaited(worker, now));
    const isBusy = awaited.some(({ outstanding }) => outstanding > 0);
    if (isBusy || nowMs < this.course.endMs) {
      this.drainedAtMs = undefined;
      return false;
    }
    this.drainedAtMs ??= nowMs;
    const since = this.drainedAtMs;
    return awaited.every(each => each.recorded_until * 1_000 >= since);
  }

  private isOver(
    load: RunLoadRow,
    workers: readonly RunLoadWorkerRow[],
    now: number,
  ): boolean {
    const stoppingAt = Number(load.stopping_at ?? now);
    const since = Math.min(
      Math.max(stoppingAt, this.attentiveSince),
      stoppingAt + LONGEST_END_MS,
    );
    const remaining = Math.max(
      0,
      this.course.endMs - (loadTime(load, since) ?? 0),
    );
    const deadline =
      since + remaining + this.profile.gracefulStopMs + END_MARGIN_MS;
    const isAwaited = workers.some(worker => this.isAwaited(worker, now));
    return !isAwaited || now > deadline;
  }

  /** It has something to tell, and may still do so. */
  private isAwaited(
    { done, seen_at: seenAt }: RunLoadWorkerRow,
    now: number,
  ): boolean {
    const heardAt = Math.max(Number(seenAt), this.attentiveSince);
    return !done && now - heardAt < GIVEN_UP_MS;
  }

  /** Writes what people look at while it runs. */
  private async tell(
    load: RunLoadRow,
    workers: readonly RunLoadWorkerRow[],
    now: number,
  ): Promise<void> {
    const { context, run, course } = this;
    const isDue = now - this.reportedAt >= REPORT_INTERVAL_MS;
    if (isDue) this.reportedAt = now;
    await writeProgress(context.knex, run, {
      seconds: this.intake.window.changed,
      schedule: course.schedule,
      counters: this.counters(),
      report: isDue
        ? course.report({
            title: run.jobName,
            startedAt: new Date(Number(load.origin_at)),
            elapsedMs: this.knownUntil(workers, now) * 1_000,
            endedBy: 'running',
          })
        : undefined,
    });
    this.intake.window.settle();
  }

  /** The second until which everything that happened is known. */
  private knownUntil(
    workers: readonly RunLoadWorkerRow[],
    now: number,
  ): number {
    // Who has just come has nothing to tell yet.
    const live = workers.filter(
      worker => isLive(worker, now) && worker.recorded_until > 0,
    );
    return live.length > 0
      ? Math.min(...live.map(each => each.recorded_until))
      : this.course.accumulator.lastSecond + 1;
  }

  private async finish(load: RunLoadRow): Promise<LoadReport> {
    const { context, run, course } = this;
    const report = course.report({
      title: run.jobName,
      startedAt: new Date(Number(load.origin_at)),
      elapsedMs: (course.accumulator.lastSecond + 1) * 1_000,
      endedBy: load.ended_by ?? 'stopped',
      stoppedAtMs: load.stopped_at_ms ?? undefined,
    });
    await finishLoad(context, run, {
      report,
      progress: {
        seconds: this.intake.window.changed,
        schedule: course.schedule,
        counters: this.counters(),
      },
    });
    return report;
  }

  private counters(): RunCounters {
    const { accumulator, schedule } = this.course;
    return progressOf([...accumulator.stages.values()], schedule);
  }
}
