import { RunComparison } from '../statistics/comparison';
import { Interval, LatencyStatistics } from '../statistics/types';

/** What a run was made of, where two runs may differ. @public */
export type RunInput =
  | 'source'
  | 'scenarios'
  | 'providers'
  | 'tools'
  | 'engine'
  | 'settings';

/** A run that another one is compared with. @public */
export interface ComparedRun {
  id: string;
  jobName: string;
  /** Revision of the source. */
  revision: string;
  /** ISO 8601 in UTC. */
  finishedAt?: string;
}

/**
 * What the baseline of a job said of its run.
 *
 * - `Regression`, `NoRegression`: they were compared.
 * - `NothingInCommon`: there is no test that both have a verdict for.
 * - `NoBaseline`: there is no run yet that could be compared with.
 * - `BaselineGone`: the run that the job names is no longer stored.
 *
 * @public
 */
export type GateVerdict =
  | 'Regression'
  | 'NoRegression'
  | 'NothingInCommon'
  | 'NoBaseline'
  | 'BaselineGone';

/** What the baseline of a job said when its run had ended. It stays, whatever becomes of the baseline. @public */
export interface RunGate {
  verdict: GateVerdict;
  /** One sentence for people. */
  message: string;
  /** Absent when there is none. */
  baseline?: ComparedRun;
  /** What of both differs. */
  changedInputs: RunInput[];
  comparison?: RunComparison;
  /** Of `NoBaseline`: how many earlier runs there are of which none can be compared with. */
  earlierRuns?: number;
}

/** Two runs side by side. @public */
export interface RunComparisonReport {
  baseline: ComparedRun;
  current: ComparedRun;
  changedInputs: RunInput[];
  comparison: RunComparison;
}

/** One run of a trend. Rates go from 0 to 1. @public */
export interface TrendPoint {
  runId: string;
  jobName: string;
  /** ISO 8601 in UTC. */
  finishedAt: string;
  phase: 'Succeeded' | 'Failed' | 'Cancelled';
  /** Why, as the condition `Progressing` of the job says. */
  reason: string;
  revision: string;
  /** Of the items that decide the verdict. */
  judged: number;
  passed: number;
  /** Absent when nothing was judged. */
  passRate?: number;
  /** Wilson score interval at 95 % confidence. */
  interval?: Interval;
  /** Of finished items, in milliseconds. Absent in trends of a scenario or a provider. */
  duration?: Pick<LatencyStatistics, 'p50' | 'p95'>;
  /** Mean over finished items, in milliseconds; only in trends of a scenario or a provider. */
  meanDurationMs?: number;
  cost: number;
  /** Scenarios on a provider. */
  cells: number;
  /** Those of them whose items differ. */
  flakyCells: number;
  /** What differs from the run before it in the series. Of scenarios and providers only those that the trend is of. */
  changedInputs: RunInput[];
  /** What the baseline said, for jobs that name one. */
  gate?: {
    verdict: GateVerdict;
    baselineRunId?: string;
    /** Change of the pass rate, from -1 to 1. */
    effect?: number;
  };
}

/** Which runs of a job, and what of them. @public */
export interface JobTrendQuery {
  /** At most 500, default 50; of a scenario or a provider at most 100. */
  limit?: number;
  /** The `nextCursor` of the page before. */
  cursor?: string;
  /** Id of the only scenario that counts. Runs without it are left out. */
  scenario?: string;
  /** Id of the only provider that counts. Runs without it are left out. */
  provider?: string;
}

/** The runs of a job, of those that repeat it, and of the jobs that its schedule created; whether these are there any more or not. @public */
export interface JobTrend {
  /** The latest first. */
  points: TrendPoint[];
  /** Absent on the last page. */
  nextCursor?: string;
}
