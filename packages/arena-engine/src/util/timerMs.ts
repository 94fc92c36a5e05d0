/** Timers of the platform take no more: a longer one would fire at once. About 24 days. */
const MAX_MS = 2 ** 31 - 1;

/** A time as timers take it: whole milliseconds, and never so many that there would be no waiting at all. */
export function timerMs(ms: number): number {
  return Math.min(MAX_MS, Math.max(0, Math.ceil(ms)));
}
