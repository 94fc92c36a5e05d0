import { ArrivalSchedule } from './ArrivalSchedule';
import { buildLoadReport, BuildLoadReportOptions } from './buildLoadReport';
import { evaluateLoadThresholds } from './evaluateThresholds';
import { LoadAccumulator } from './LoadAccumulator';
import { LoadControl, StepVerdict, withControls } from './LoadControl';
import { LoadProfile, scheduleOf } from './LoadProfile';
import { LoadReport } from './LoadReport';
import { MeasuredStage, measuredStages, measuredTime } from './MeasuredStage';
import { SearchSteps } from './SearchSteps';

/** How far a load test is. @public */
export interface LoadMoment {
  /** Milliseconds from its start. */
  nowMs: number;
  /** Until then everything that happened is in the accumulator: thresholds are about the time before. Default `nowMs`. */
  knownUntilMs?: number;
  /** Changes hold from here on at the earliest: what is before is leased. */
  horizonMs: number;
  /** Nothing of what was leased is in flight, and all of it is in the accumulator. */
  isDrained: boolean;
}

/**
 * What is to be done about a load test:
 *
 * - `change`: a control follows; the test goes on.
 * - `stop`: nothing more is sent.
 * - `end`: everything was leased; what runs may end.
 *
 * @public
 */
export type LoadStep =
  | { type: 'change'; control: LoadControl }
  | { type: 'stop'; endedBy: LoadReport['endedBy'] }
  | {
      type: 'end';
      endedBy: LoadReport['endedBy'];
      /** Of the last step of a search. */
      verdict?: StepVerdict;
    };

/**
 * The course of a load test, from what its workers reported and what was changed: decides what follows, and makes the report. Whoever runs it,
 * one process or many workers, carries out what it says.
 *
 * @public
 */
export class LoadCourse {
  readonly accumulator = new LoadAccumulator(() => this.stages);
  readonly search?: SearchSteps;
  private list: readonly LoadControl[] = [];
  private measured!: readonly MeasuredStage[];
  private arrivals!: ArrivalSchedule;

  constructor(private readonly profile: LoadProfile) {
    this.search = profile.search && new SearchSteps(profile.search);
    this.setControls([]);
  }

  /** All changes so far, in order. */
  get controls(): readonly LoadControl[] {
    return this.list;
  }

  /** With all changes. */
  get stages(): readonly MeasuredStage[] {
    return this.measured;
  }

  /** Undefined in a closed loop. */
  get schedule(): ArrivalSchedule | undefined {
    return this.profile.mode === 'open' ? this.arrivals : undefined;
  }

  /** End of the last stage. */
  get endMs(): number {
    return this.stages[this.stages.length - 1]?.endMs ?? 0;
  }

  /** @throws InputError when the changes contradict each other */
  setControls(controls: readonly LoadControl[]): void {
    const { profile } = this;
    const stages = withControls(profile.stages, controls);
    this.arrivals = scheduleOf({ ...profile, stages });
    this.measured = measuredStages(stages, profile.warmUpMs);
    this.list = [...controls];
  }

  /**
   * Continues a test whose changes were made by another instance, once all that its workers reported is in the accumulator. The steps of a search
   * that are over stay what they were judged to be; those without a verdict are judged anew.
   *
   * @param last - what the last step was judged to be, when the search has come to its end
   */
  resume(controls: readonly LoadControl[], last?: StepVerdict): void {
    const { search } = this;
    if (search) {
      controls.forEach((control, index) => {
        if (control.action !== 'append') return;
        this.setControls(controls.slice(0, index));
        this.judge(search, control.verdict);
      });
    }
    this.setControls(controls);
    if (search && last) this.judge(search, last);
  }

  /** What follows now; undefined: nothing yet. To be asked until it says `stop` or `end`. */
  next(moment: LoadMoment): LoadStep | undefined {
    const { nowMs, knownUntilMs = nowMs, horizonMs, isDrained } = moment;
    const { search, endMs } = this;
    if (this.missesThreshold(knownUntilMs)) {
      return { type: 'stop', endedBy: 'threshold' };
    }
    const current = this.stages[this.stages.length - 1];
    if (
      horizonMs < endMs &&
      current &&
      search?.isSaturated(current, this.accumulator)
    ) {
      return { type: 'change', control: { action: 'stop', atMs: horizonMs } };
    }
    if (horizonMs < endMs) return undefined;
    if (!search) return { type: 'end', endedBy: 'completed' };
    if (nowMs < endMs || !isDrained) return undefined;
    const verdict = this.judge(search);
    const { next } = search;
    if (next === undefined) return { type: 'end', endedBy: 'search', verdict };
    const atMs =
      Math.ceil(Math.max(nowMs / 1_000 + 1, horizonMs / 1_000)) * 1_000;
    return {
      type: 'change',
      control: { action: 'append', atMs, ...next, verdict },
    };
  }

  /** The report of what there is so far. */
  report(
    options: Pick<
      BuildLoadReportOptions,
      'title' | 'startedAt' | 'elapsedMs' | 'endedBy' | 'stoppedAtMs'
    >,
  ): LoadReport {
    const { profile, stages, schedule, accumulator, search } = this;
    return buildLoadReport({
      ...options,
      profile,
      stages,
      schedule,
      accumulator,
      search,
    });
  }

  /** The last step is over. */
  private judge(search: SearchSteps, known?: StepVerdict): StepVerdict {
    const { stages, accumulator, arrivals } = this;
    const step = stages[stages.length - 1];
    return search.judge(step, accumulator, arrivals, known);
  }

  /** What has no data yet may still get some. */
  private missesThreshold(knownUntilMs: number): boolean {
    const due = this.profile.thresholds.filter(
      ({ abortOnFail, delayAbortEvalMs = 0 }) =>
        abortOnFail && knownUntilMs >= delayAbortEvalMs,
    );
    if (due.length === 0) return false;
    const results = evaluateLoadThresholds(due, {
      totals: this.accumulator.measured,
      measuredMs: measuredTime(this.stages, knownUntilMs),
      cost: this.accumulator.cost,
    });
    return results.some(
      ({ actual, passed }) => actual !== undefined && !passed,
    );
  }
}
