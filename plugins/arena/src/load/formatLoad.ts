import {
  formatCount,
  formatCurrency,
  formatDecimal,
  formatPercent,
} from '../lib/format';

/** A time that was measured, in milliseconds with three digits: 0.42 ms, 410 ms, 2.31 s. */
export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms >= 10_000) return `${formatDecimal(ms / 1_000, 1)} s`;
  if (ms >= 1_000) return `${formatDecimal(ms / 1_000, 2)} s`;
  return `${digits(ms)} ms`;
}

/** Three digits, as far as there are any. */
function digits(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return formatCount(Math.round(value));
  if (value >= 10) return formatDecimal(value, 1, { isAtMost: true });
  if (value < 0.01) return `<${formatDecimal(0.01, 2)}`;
  return formatDecimal(value, 2, { isAtMost: true });
}

/** So many per second. */
export function formatRate(rate: number | undefined): string {
  return rate === undefined ? '–' : `${digits(rate)}/s`;
}

/** A number that need not be whole. */
export function formatNumber(value: number | undefined): string {
  return value === undefined ? '–' : digits(value);
}

export function formatShare(share: number | undefined): string {
  return share === undefined ? '–' : formatPercent(share);
}

/** A time from the start, as a clock: 0:05, 12:30, 1:02:03. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** An amount in a currency that may be any code of three letters. */
export function formatMoney(
  amount: number | undefined,
  currency: string,
): string {
  if (amount === undefined) return '–';
  const decimals = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  return formatCurrency(amount, currency, { min: 2, max: decimals });
}

/** What a threshold measured, in the unit of its metric. */
export function formatMetric(
  metric: string,
  value: number | undefined,
  currency: string,
): string {
  if (value === undefined) return '–';
  if (metric === 'goodput') return formatRate(value);
  if (metric === 'total_cost') return formatMoney(value, currency);
  if (metric.endsWith('_rate')) return formatPercent(value);
  return formatMs(value * 1_000);
}
