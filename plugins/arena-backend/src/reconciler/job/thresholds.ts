import {
  ArenaThreshold,
  judgeThreshold,
} from '@backstage-arena/plugin-arena-common';
import { RunResults } from './RunResults';

/** A threshold with what was measured. */
export interface ThresholdVerdict {
  metric: string;
  passed: boolean;
  /** `<actual> <operator> <target> PASS|FAIL`, as the summary shows it. */
  text: string;
}

/** Compares what was measured. A threshold without data, or with a value that cannot be read, fails. */
export function evaluateThresholds(
  thresholds: readonly ArenaThreshold[],
  results: RunResults,
): ThresholdVerdict[] {
  return thresholds.map(threshold => {
    const { metric } = threshold;
    return {
      metric,
      ...judgeThreshold(threshold, {
        actual: measure(metric, results),
        isTime: isTime(metric),
        format: figure => format(metric, figure),
      }),
    };
  });
}

/** True when a threshold needs the times of single items, which are read only then. */
export function needsItemTimes(thresholds: readonly ArenaThreshold[]): boolean {
  return thresholds.some(({ metric }) =>
    /^(latency_p|ttft_|rate_limit_rate)/.test(metric),
  );
}

function measure(
  metric: ArenaThreshold['metric'],
  results: RunResults,
): number | undefined {
  const { counters, times, verdict } = results;
  const finished = counters.passed + counters.failed + counters.errored;
  if (finished === 0) return undefined;
  switch (metric) {
    case 'pass_rate':
      return share(verdict.passed, verdict.total);
    case 'error_rate':
      return share(verdict.failed + verdict.errored, verdict.total);
    case 'total_cost':
      return counters.cost;
    case 'latency_avg':
      return counters.durationMs / finished / 1_000;
    case 'rate_limit_rate':
      return times && times.rateLimited / counters.total;
    case 'ttft_avg':
      return average(times?.ttftMs);
    default: {
      const [name, level] = metric.split('_p');
      const values = name === 'ttft' ? times?.ttftMs : times?.latencyMs;
      return percentile(values, Number(level));
    }
  }
}

function share(part: number, total: number): number | undefined {
  return total === 0 ? undefined : part / total;
}

function average(sorted: Float64Array | undefined): number | undefined {
  if (!sorted?.length) return undefined;
  let sum = 0;
  for (const value of sorted) sum += value;
  return sum / sorted.length / 1_000;
}

/** The smallest measured value that at least that share of the values does not exceed. */
function percentile(
  sorted: Float64Array | undefined,
  level: number,
): number | undefined {
  if (!sorted?.length) return undefined;
  const rank = Math.ceil((level / 100) * sorted.length);
  return sorted[Math.max(rank, 1) - 1] / 1_000;
}

function isTime(metric: string): boolean {
  return metric.startsWith('latency_') || metric.startsWith('ttft_');
}

function format(metric: string, actual: number): string {
  if (isTime(metric)) {
    return actual < 1
      ? `${Math.round(actual * 1_000)}ms`
      : `${actual.toFixed(2)}s`;
  }
  return actual.toFixed(metric === 'total_cost' ? 2 : 4);
}
