import { dateLocale, numberLocale } from './locale';

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format takes long, and there are few. */
function format(
  value: number,
  key: string,
  options: Intl.NumberFormatOptions,
): string {
  const locale = numberLocale();
  const id = `${locale} ${key}`;
  let found = formats.get(id);
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    formats.set(id, found);
  }
  return found.format(value);
}

/** `1234567` as `1,234,567`. */
export function formatCount(value: number): string {
  return format(value, 'count', {});
}

/** `1234567` as `1.2M`. */
export function formatCompact(value: number): string {
  return format(value, 'compact', {
    notation: 'compact',
    maximumFractionDigits: 1,
  });
}

/** With so many digits after the point, or with that many at most. */
export function formatDecimal(
  value: number,
  digits: number,
  options: { isAtMost?: boolean } = {},
): string {
  const { isAtMost = false } = options;
  return format(value, `decimal ${digits} ${isAtMost}`, {
    minimumFractionDigits: isAtMost ? 0 : digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
}

/** An amount in a currency that may be any code of three letters. */
export function formatCurrency(
  value: number,
  currency: string,
  digits: { min: number; max: number },
): string {
  const { min, max } = digits;
  return format(value, `currency ${currency} ${min} ${max}`, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: min,
    maximumFractionDigits: max,
  });
}

/** A length of time, in the two units that matter. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${formatDecimal(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Age in one unit, as `kubectl` shows it. */
export function formatAge(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return '–';
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Costs are often fractions of a cent: the digits follow the size. */
export function formatCost(value: number): string {
  const dollars = (amount: number, digits: number) =>
    formatCurrency(amount, 'USD', { min: digits, max: digits });
  if (value === 0) return dollars(0, 0);
  if (value < 0.0001) return `<${dollars(0.0001, 4)}`;
  return dollars(value, value < 1 ? 4 : 2);
}

/** A share from 0 to 1. Only a whole is 100 %, only nothing is 0 %. */
export function formatPercent(share: number): string {
  const percent = (value: number) =>
    format(value, 'percent', { style: 'percent', maximumFractionDigits: 1 });
  if (share > 0.999 && share < 1) return percent(0.999);
  if (share > 0 && share < 0.001) return percent(0.001);
  return percent(share);
}

/** Bounds of a share, as `23–88%`: rounded outwards, so that nothing looks surer than it is. */
export function formatInterval(interval: {
  low: number;
  high: number;
}): string {
  // 0.29 * 100 is a little more than 29.
  const low = Math.floor(Number((interval.low * 100).toFixed(6)));
  const high = Math.ceil(Number((interval.high * 100).toFixed(6)));
  return `${low}–${formatPercent(high / 100)}`;
}

/** `1536` as `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${formatDecimal(value, unit === 0 ? 0 : 1)} ${units[unit]}`;
}

/** Date and time in the reader's zone. */
export function formatTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? time
    : date.toLocaleString(dateLocale(), {
        dateStyle: 'medium',
        timeStyle: 'medium',
      });
}
