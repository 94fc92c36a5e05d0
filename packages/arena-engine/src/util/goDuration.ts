import { timerMs } from './timerMs';

const UNITS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration such as `1m30s`, as timers take them; undefined when there is none. */
export function goDurationMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(
    /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g,
  )) {
    total += Number(number) * UNITS[unit];
  }
  return total > 0 ? timerMs(total) : undefined;
}
