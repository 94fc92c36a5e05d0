import { parseDuration } from '../resources/semantics/parseDuration';
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
  return thresholds.map(({ metric, operator, value }) => {
    const actual = measure(metric, input);
    const target = readTarget(metric, value);
    const passed =
      actual !== undefined &&
      target !== undefined &&
      compare(actual, operator, target);
    const shown = actual === undefined ? 'no-data' : format(metric, actual);
    const limit = target === undefined ? `unreadable(${value})` : value;
    return {
      metric,
      operator,
      value,
      ...(actual === undefined ? {} : { actual }),
      passed,
      text: `${shown} ${operator} ${limit} ${passed ? 'PASS' : 'FAIL'}`,
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

function readTarget(metric: string, value: string): number | undefined {
  if (/^[0-9]+(\.[0-9]+)?$/.test(value)) return Number(value);
  if (!isTime(metric)) return undefined;
  try {
    return parseDuration(value) / 1_000;
  } catch {
    // An admitted threshold has a duration: any other is one that cannot be met.
    return undefined;
  }
}

function compare(
  actual: number,
  operator: LoadThreshold['operator'],
  target: number,
): boolean {
  switch (operator) {
    case '<':
      return actual < target;
    case '<=':
      return actual <= target;
    case '>':
      return actual > target;
    default:
      return actual >= target;
  }
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
