import type { ArrivalSchedule } from './ArrivalSchedule';
import type { SearchedStages } from './auditLoad';
import type { LoadAccumulator } from './LoadAccumulator';
import type { LoadSearch } from './LoadProfile';
import type { SearchResult } from './LoadReport';
import type { MeasuredStage } from './MeasuredStage';
import { SaturationSearch } from './SaturationSearch';

/** Share of a step's arrivals that must be good. */
const GOOD_SHARE = 0.99;
/** With fewer good ones of so many that ended, the system has more than it can take. */
const SATURATED_SHARE = 0.8;
const MIN_SATURATED = 50;

/** Judges the steps of a search by what was measured in them. */
export class SearchSteps implements SearchedStages {
  /** Stages whose rate was good. */
  readonly goodStages: number[] = [];
  /** Stage of the lowest rate that was not. */
  badStage?: number;
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

  /** The step that is the given stage is over. */
  judge(
    stage: MeasuredStage,
    accumulator: LoadAccumulator,
    schedule: ArrivalSchedule,
  ): void {
    const { index, startMs, endMs } = stage;
    const expected =
      schedule.arrivalsUntil(endMs) - schedule.arrivalsUntil(startMs);
    const good = accumulator.stages.get(index)?.counts.good ?? 0;
    const share = expected > 0 ? good / expected : 0;
    const isGood = share >= GOOD_SHARE;
    if (isGood) this.goodStages.push(index);
    // No rate is tried above one that was not good: the last of these is the lowest.
    else this.badStage = index;
    this.search.record({
      good: isGood,
      reason: `${(share * 100).toFixed(1)} % of ${expected} arrivals were good`,
    });
  }
}
