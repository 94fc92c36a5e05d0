import type { ArrivalSchedule } from './ArrivalSchedule';
import type { SearchedStages } from './auditLoad';
import type { LoadAccumulator } from './LoadAccumulator';
import type { StepVerdict } from './LoadControl';
import type { LoadSearch } from './LoadProfile';
import type { SearchResult } from './LoadReport';
import type { MeasuredStage } from './MeasuredStage';
import { SaturationSearch } from './SaturationSearch';

/** Share of a step's arrivals that must be good. */
const GOOD_SHARE = 0.99;
/** With fewer good ones of so many that ended, the system has more than it can take. */
const SATURATED_SHARE = 0.8;
const MIN_SATURATED = 50;

/** Judges the steps of a search by what was measured in them. @public */
export class SearchSteps implements SearchedStages {
  /** Stages whose rate was good. */
  readonly goodStages: number[] = [];
  /** Stage of the lowest rate that was not. */
  badStage?: number;
  private readonly verdicts = new Map<number, StepVerdict>();
  private readonly search: SaturationSearch;

  constructor(private readonly options: LoadSearch) {
    this.search = new SaturationSearch(options);
  }

  get next(): { target: number; durationMs: number } | undefined {
    const target = this.search.next;
    return target === undefined
      ? undefined
      : { target, durationMs: this.options.stepDurationMs };
  }

  get result(): SearchResult {
    return this.search.result;
  }

  /** True when there is no use in the rest of a step. */
  isSaturated({ index }: MeasuredStage, accumulator: LoadAccumulator): boolean {
    const counts = accumulator.stages.get(index)?.counts;
    if (!counts || counts.completed < MIN_SATURATED) return false;
    return counts.good / counts.completed < SATURATED_SHARE;
  }

  /**
   * The step that is the given stage is over. It is judged once.
   *
   * @param known - what it was judged to be before
   */
  judge(
    stage: MeasuredStage,
    accumulator: LoadAccumulator,
    schedule: ArrivalSchedule,
    known?: StepVerdict,
  ): StepVerdict {
    const { index, to: rate } = stage;
    const before = this.verdicts.get(index);
    if (before) return before;
    const verdict = known ?? verdictOf(stage, accumulator, schedule);
    this.verdicts.set(index, verdict);
    if (verdict.good) this.goodStages.push(index);
    // No rate is tried above one that was not good: the last of these is the lowest.
    else this.badStage = index;
    this.search.record({ rate, ...verdict });
    return verdict;
  }
}

function verdictOf(
  { index, startMs, endMs }: MeasuredStage,
  accumulator: LoadAccumulator,
  schedule: ArrivalSchedule,
): StepVerdict {
  const expected =
    schedule.arrivalsUntil(endMs) - schedule.arrivalsUntil(startMs);
  const good = accumulator.stages.get(index)?.counts.good ?? 0;
  const share = expected > 0 ? good / expected : 0;
  return {
    good: share >= GOOD_SHARE,
    reason: `${(share * 100).toFixed(1)} % of ${expected} arrivals were good`,
  };
}
