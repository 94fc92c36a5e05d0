import type { ArenaThreshold } from '../arenajob';
import { parseDuration } from './parseDuration';

/** What a threshold is compared with. @public */
export interface MeasuredMetric {
  /** In seconds, as a share, or an amount; undefined without data. */
  actual: number | undefined;
  /** Whether the metric is a time, so that its limit may be a duration. */
  isTime: boolean;
  format: (actual: number) => string;
}

/**
 * Compares a measured value with a threshold. One that has no data, or whose value cannot be read, fails.
 *
 * @returns with the text `<actual> <operator> <value> PASS|FAIL`
 * @public
 */
export function judgeThreshold(
  { operator, value }: Pick<ArenaThreshold, 'operator' | 'value'>,
  { actual, isTime, format }: MeasuredMetric,
): { passed: boolean; text: string } {
  const target = readTarget(value, isTime);
  const passed =
    actual !== undefined &&
    target !== undefined &&
    compare(actual, operator, target);
  const shown = actual === undefined ? 'no-data' : format(actual);
  const limit = target === undefined ? `unreadable(${value})` : value;
  return {
    passed,
    text: `${shown} ${operator} ${limit} ${passed ? 'PASS' : 'FAIL'}`,
  };
}

function readTarget(value: string, isTime: boolean): number | undefined {
  if (/^[0-9]+(\.[0-9]+)?$/.test(value)) return Number(value);
  if (!isTime) return undefined;
  try {
    return parseDuration(value) / 1_000;
  } catch {
    // Admission refuses such a value; what came past it cannot be met.
    return undefined;
  }
}

function compare(
  actual: number,
  operator: ArenaThreshold['operator'],
  target: number,
): boolean {
  switch (operator) {
    case '<':
      return actual < target;
    case '<=':
      return actual <= target;
    case '>':
      return actual > target;
    case '>=':
      return actual >= target;
    default:
      return false;
  }
}
