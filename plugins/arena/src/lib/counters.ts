import {
  ArenaObject,
  MatrixCell,
  RunCounters,
  verdictStatistics,
  VerdictStatistics,
} from '@backstage-arena/plugin-arena-common';

/** How far work has come: `passed + failed + errored + pending = total`. */
export type ProgressCounts = Pick<
  RunCounters,
  'total' | 'passed' | 'failed' | 'errored' | 'pending'
>;

/** Items that have a result. */
export function finishedOf(counts: ProgressCounts): number {
  return counts.passed + counts.failed + counts.errored;
}

/** Share of the finished items that passed, `undefined` while there is none. */
export function passRateOf(counts: ProgressCounts): number | undefined {
  const finished = finishedOf(counts);
  return finished === 0 ? undefined : counts.passed / finished;
}

/** What the counters of a cell say about its trials. Items without a verdict say nothing. */
export function verdictsOf(cell: MatrixCell): VerdictStatistics {
  return verdictStatistics({
    judged: finishedOf(cell) - cell.unjudged,
    passed: cell.passed,
  });
}

function numberAt(value: unknown, key: string): number | undefined {
  const found =
    typeof value === 'object' && value !== null
      ? Reflect.get(value, key)
      : undefined;
  const number = typeof found === 'string' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number)
    ? number
    : undefined;
}

/** The counts in a job's status, which does not tell failed from errored; `undefined` before its first run. */
export function progressOfJob(job: ArenaObject): ProgressCounts | undefined {
  const progress = job.status?.progress;
  const total = numberAt(progress, 'total');
  if (total === undefined) return undefined;
  return {
    total,
    passed: numberAt(progress, 'completed') ?? 0,
    failed: numberAt(progress, 'failed') ?? 0,
    errored: 0,
    pending: numberAt(progress, 'pending') ?? 0,
  };
}

/** Pass rate of a job as a share: from its summary, else from its progress. */
export function passRateOfJob(job: ArenaObject): number | undefined {
  const result = job.status?.result;
  const summary =
    typeof result === 'object' && result !== null && !Array.isArray(result)
      ? result.summary
      : undefined;
  const percent = numberAt(summary, 'passRate');
  if (percent !== undefined) return percent / 100;
  const progress = progressOfJob(job);
  return progress && passRateOf(progress);
}
