const UNITS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration of an API object (`500ms`, `1h30m`) as milliseconds.
 *
 * @returns undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(
    /([0-9]+(\.[0-9]+)?)(ms|s|m|h)/g,
  )) {
    total += Number(amount) * UNITS[unit];
  }
  return total;
}
