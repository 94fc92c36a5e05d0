/**
 * What the trials of a cell have in common.
 *
 * - `stable`: every judged item passed.
 * - `flaky`: some passed, some did not.
 * - `broken`: none passed.
 *
 * Items without a verdict (infrastructure errors) say nothing about it.
 *
 * @public
 */
export type CellClass = 'stable' | 'flaky' | 'broken';

/** Bounds of a share, from 0 to 1. @public */
export interface Interval {
  low: number;
  high: number;
}

/** How many items have a verdict, and what follows from that alone. @public */
export interface VerdictStatistics {
  /** Items with a verdict. */
  judged: number;
  passed: number;
  /** `passed / judged`, from 0 to 1; absent while nothing is judged. */
  passRate?: number;
  /** Wilson score interval of the pass rate at 95 % confidence; absent while nothing is judged. */
  interval?: Interval;
  /** Absent while nothing is judged. */
  class?: CellClass;
}

/**
 * Chances over `k` trials of the same text, estimated without bias and averaged over the groups of trials that have at least `k`
 * verdicts. With `n` verdicts of which `c` are passes: pass\@k is `1 - C(n-c, k) / C(n, k)`, pass^k is `C(c, k) / C(n, k)`.
 *
 * @public
 */
export interface TrialStatistics {
  k: number;
  /** Chance that at least one of `k` trials passes. */
  passAtK: number;
  /** Chance that all of `k` trials pass. */
  passHatK: number;
  /** Groups that this is the mean of. */
  groups: number;
}

/** @public */
export interface ScoreStatistics {
  /** Items that have a score. */
  count: number;
  /** From 0 to 1. */
  mean: number;
  /** Of the sample (divided by `count - 1`); absent with fewer than two scores. */
  standardDeviation?: number;
}

/**
 * Percentiles in milliseconds, by nearest rank: the smallest value that at least that share of the values does not exceed. Exact up
 * to 1,000 values, beyond that within 0.5 % of the value.
 *
 * @public
 */
export interface LatencyStatistics {
  /** Items that have a value. */
  count: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
}

/**
 * Statistics of one scenario on one provider, over regions, variants and trials. Score and times are those of judged items.
 *
 * @public
 */
export interface CellStatistics extends VerdictStatistics {
  /** Finished items: with a verdict or without. */
  items: number;
  /** Items without a verdict: they gave up after infrastructure errors. */
  unjudged: number;
  /** In order of `k`: 1 to 32, then powers of two, and at last the largest number of verdicts of a group. */
  trials: TrialStatistics[];
  /** Absent when no item has a score. */
  score?: ScoreStatistics;
  /** Of whole items. Absent while nothing is judged. */
  duration?: LatencyStatistics;
  /** Time to the first token. Absent when nothing was streamed. */
  ttft?: LatencyStatistics;
}
