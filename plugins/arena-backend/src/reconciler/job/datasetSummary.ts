import { DatasetState } from '@backstage-arena/plugin-arena-common';
import { RunHead } from '../../runs/RunStore';
import { RunResults } from './RunResults';
import { thresholdEntries } from './summary';
import { ThresholdVerdict } from './thresholds';

/** `status.result.summary` of data generation: the keys that every job has, and those of datasets, each as text. */
export function buildDatasetSummary(
  run: Pick<RunHead, 'counters'>,
  dataset: DatasetState,
  verdicts: readonly ThresholdVerdict[],
): Record<string, string> {
  const { rows, count, attempts, surplus, unfinished, rejects } = dataset;
  const { counters } = run;
  const tokens = counters.inputTokens + counters.outputTokens;
  const rejected = Object.values(rejects).reduce((sum, n) => sum + n, 0);
  const summary: Record<string, string> = {
    passRate: (attempts > 0 ? (rows / attempts) * 100 : 0).toFixed(1),
    totalItems: String(count),
    passedItems: String(rows),
    failedItems: String(rejected),
    avgDurationMs: String(
      attempts > 0 ? Math.round(counters.durationMs / attempts) : 0,
    ),
    rows: String(rows),
    attempts: String(attempts),
    surplus: String(surplus),
    unfinished: String(unfinished),
    duplicateRate: (attempts > 0
      ? ((rejects.duplicate ?? 0) + (rejects.nearDuplicate ?? 0)) / attempts
      : 0
    ).toFixed(4),
  };
  for (const [reason, number] of Object.entries(rejects)) {
    summary[`rejected:${reason}`] = String(number);
  }
  if (dataset.endedBy) summary.endedBy = dataset.endedBy;
  if (tokens > 0) summary.totalTokens = String(tokens);
  if (counters.cost > 0) summary.totalCost = counters.cost.toFixed(4);
  return { ...summary, ...thresholdEntries(verdicts) };
}

/** What thresholds are compared with: of a dataset they speak of attempts. */
export function overAttempts(
  results: RunResults,
  { attempts, rows, rejects }: DatasetState,
): RunResults {
  const errored = rejects.error ?? 0;
  const counts = {
    total: attempts,
    passed: rows,
    failed: attempts - rows - errored,
    errored,
    pending: 0,
  };
  return {
    ...results,
    counters: { ...results.counters, ...counts },
    verdict: counts,
  };
}
