import { parseDuration } from '../resources/semantics/parseDuration';
import { LoadTotals } from './LoadAccumulator';
import { LoadThreshold } from './LoadProfile';
import { DROP_REASONS, LoadTime } from './LoadRecord';
import { ThresholdResult } from './LoadReport';

/** What thresholds of a load test are compared with. @public */
export interface ThresholdInput {
  /** Of measured stages. */
  totals: LoadTotals;
  /** Measured time so far. */
  measuredMs: number;
  /** What the whole run spent. */
  cost: number;
}

const TIMES: Readonly<Record<string, LoadTime>> = {
  latency: 'latency',
  ttft: 'ttft',
  itl: 'itl',
  tpot: 'tpot',
  lateness: 'lateness',
};

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
  { totals, measuredMs, cost }: ThresholdInput,
): number | undefined {
  const { counts } = totals;
  switch (metric) {
    case 'error_rate':
      return share(counts.completed - counts.succeeded, counts.completed);
    case 'pass_rate':
      return share(counts.passed, counts.graded);
    case 'rate_limit_rate':
      return share(counts.rateLimited, counts.calls);
    case 'goodput_rate':
      return share(counts.good, counts.completed);
    case 'goodput':
      return counts.completed > 0
        ? share(counts.good, measuredMs / 1_000)
        : undefined;
    case 'drop_rate': {
      const dropped = DROP_REASONS.reduce(
        (sum, reason) => sum + (totals.dropped[reason] ?? 0),
        0,
      );
      return share(dropped, dropped + counts.sent);
    }
    case 'total_cost':
      return counts.completed > 0 ? cost : undefined;
    default: {
      const [name, level] = metric.split('_');
      const histogram = totals.times.get(TIMES[name]);
      if (!histogram?.summary) return undefined;
      return level === 'avg'
        ? histogram.summary.mean / 1_000
        : histogram.percentile(Number(level.slice(1))) / 1_000;
    }
  }
}

function share(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

function isTime(metric: string): boolean {
  return metric.split('_')[0] in TIMES;
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
