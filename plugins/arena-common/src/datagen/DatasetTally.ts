import { DatasetProfile } from './DatasetProfile';
import { RejectReason } from './RejectReason';

/** How far a dataset was at a moment. @public */
export interface YieldPoint {
  /** Time, in milliseconds since 1970. */
  at: number;
  attempts: number;
  rows: number;
}

/** Figures of a dataset so far. @public */
export interface DatasetTally {
  /** Accepted rows. */
  rows: number;
  /** Attempts of which something is known: rows, rejects, surplus and those that were not finished. */
  attempts: number;
  /** Rows that were good but came when there were enough. */
  surplus: number;
  /** Attempts that the end of the budget or of the run cut off, paid for in part. */
  unfinished: number;
  rejects: Partial<Record<RejectReason, number>>;
  /** Rows of each quota, in the order of the profile. */
  filled: number[];
  /** Attempts since the last accepted row that brought none, but for those whose kind was full: of them the model is not to blame. */
  barren: number;
  /** At most a few hundred points over the whole time, oldest first. */
  history: YieldPoint[];
}

/** @public */
export function emptyTally(profile: DatasetProfile): DatasetTally {
  return {
    rows: 0,
    attempts: 0,
    surplus: 0,
    unfinished: 0,
    rejects: {},
    filled: profile.quotas.map(() => 0),
    barren: 0,
    history: [],
  };
}

/** So many attempts in a row without a single row end a run. @public */
export const BARREN_ATTEMPTS = 1_000;

/**
 * What ended a dataset.
 *
 * - `count`: all rows are there.
 * - `attempts`: all attempts that the job allows were made.
 * - `yield`: a thousand attempts in a row brought no row, those not counted whose kind was full.
 * - `budget`: the next call might have exceeded the budget.
 *
 * @public
 */
export type DatasetEnd = (typeof DATASET_ENDS)[number];

/** @public */
export const DATASET_ENDS = ['count', 'attempts', 'yield', 'budget'] as const;

/** Whether nothing more is to be tried, and why. @public */
export function datasetEnd(
  profile: Pick<DatasetProfile, 'count' | 'maxAttempts'>,
  tally: Pick<DatasetTally, 'rows' | 'attempts' | 'barren'>,
): Exclude<DatasetEnd, 'budget'> | undefined {
  if (tally.rows >= profile.count) return 'count';
  if (tally.attempts >= profile.maxAttempts) return 'attempts';
  return tally.barren >= BARREN_ATTEMPTS ? 'yield' : undefined;
}

/** Below this the share of rows among attempts is not believed: few attempts say little. */
const LEAST_YIELD = 0.05;
const FEW_ATTEMPTS = 20;

/**
 * How many attempts are still wanted, those under way included: as many as bring the missing rows at the yield so far, or at that of late when it is
 * worse. Attempts beyond that would be waste.
 *
 * @public
 */
export function attemptsWanted(
  profile: Pick<DatasetProfile, 'count' | 'maxAttempts'>,
  tally: Pick<DatasetTally, 'rows' | 'attempts' | 'surplus' | 'barren'>,
): number {
  const missing = profile.count - tally.rows;
  if (missing <= 0) return 0;
  const good =
    tally.attempts < FEW_ATTEMPTS
      ? 1
      : Math.max(
          LEAST_YIELD,
          Math.min(
            (tally.rows + tally.surplus) / tally.attempts,
            1 / (tally.barren + 1),
          ),
        );
  return Math.min(
    Math.ceil(missing / good),
    Math.max(0, profile.maxAttempts - tally.attempts),
  );
}

const MAX_POINTS = 400;

/** Adds a point. When there are many, every second one goes, so that the whole time stays in view. @internal */
export function withPoint(
  history: readonly YieldPoint[],
  point: YieldPoint,
): YieldPoint[] {
  if (history.length < MAX_POINTS) return [...history, point];
  const { at } = history[0];
  const step = ((point.at - at) * 2) / MAX_POINTS;
  const kept: YieldPoint[] = [];
  for (const each of history) {
    const last = kept[kept.length - 1];
    if (!last || each.at - last.at >= step) kept.push(each);
  }
  // Of points at one moment none could go by time.
  const thinned =
    kept.length > (MAX_POINTS * 3) / 4
      ? kept.filter((_, index) => index % 2 === 0)
      : kept;
  return [...thinned, point];
}
