import { UsageError } from './errors';

const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Reads `90s`, `1h30m`, `500ms`. */
export function parseDuration(flag: string, text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new UsageError(
      `${flag}: '${text}' is no duration: give one such as 90s, 10m or 1h30m`,
    );
  }
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(count) * UNITS[unit];
  }
  return total;
}
