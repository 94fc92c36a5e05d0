import { judgeThreshold } from '../resources/semantics/judgeThreshold';
import { LoadTotals } from './LoadAccumulator';
import { LoadThreshold } from './LoadProfile';
import { figuresOfCounts } from './loadFigures';
import { LOAD_TIMES, LoadTime } from './LoadRecord';
import { ThresholdResult } from './LoadReport';

/** What thresholds of a load test are compared with. @public */
export interface ThresholdInput {
  /** Of measured stages. */
  totals: LoadTotals;
  /** Arrivals of which no worker told anything. Default 0. */
  lost?: number;
  /** Measured time so far. */
  measuredMs: number;
  /** What the whole run spent. */
  cost: number;
}

/**
 * Compares what was measured with thresholds. One that has no data, or whose value cannot be read, fails.
 *
 * @public
 */
export function evaluateLoadThresholds(
  thresholds: readonly LoadThreshold[],
  input: ThresholdInput,
): ThresholdResult[] {
  return thresholds.map(threshold => {
    const { metric, operator, value } = threshold;
    const actual = measure(metric, input);
    return {
      metric,
      operator,
      value,
      ...(actual === undefined ? {} : { actual }),
      ...judgeThreshold(threshold, {
        actual,
        isTime: isTime(metric),
        format: figure => format(metric, figure),
      }),
    };
  });
}

/** In seconds, as a share, an amount, or per second; undefined without data. */
function measure(
  metric: LoadThreshold['metric'],
  { totals, measuredMs, cost, lost = 0 }: ThresholdInput,
): number | undefined {
  const { counts } = totals;
  const figures = figuresOfCounts(counts, measuredMs);
  switch (metric) {
    case 'error_rate':
      return figures.errorRate;
    case 'pass_rate':
      return figures.passRate;
    case 'rate_limit_rate':
      return figures.rateLimitRate;
    case 'goodput_rate':
      return figures.goodputRate;
    case 'goodput':
      return counts.completed > 0 ? figures.goodput : undefined;
    case 'drop_rate': {
      // Whoever stops a test does not want the rest.
      const missing =
        totals.droppedCount - (totals.dropped.stopped ?? 0) + lost;
      const all = missing + counts.sent;
      return all > 0 ? missing / all : undefined;
    }
    case 'total_cost':
      return counts.completed > 0 ? cost : undefined;
    default: {
      const [name, level] = metric.split('_');
      const histogram = totals.times.get(name as LoadTime);
      if (!histogram?.count) return undefined;
      return level === 'avg'
        ? histogram.mean / 1_000
        : histogram.percentile(Number(level.slice(1))) / 1_000;
    }
  }
}

function isTime(metric: string): boolean {
  return LOAD_TIMES.includes(metric.split('_')[0] as LoadTime);
}

function format(metric: string, actual: number): string {
  if (isTime(metric)) {
    return actual < 1
      ? `${(actual * 1_000).toFixed(1)}ms`
      : `${actual.toFixed(2)}s`;
  }
  if (metric === 'goodput') return `${actual.toFixed(2)}/s`;
  return actual.toFixed(metric === 'total_cost' ? 2 : 4);
}
