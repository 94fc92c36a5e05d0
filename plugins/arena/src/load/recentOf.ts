import { LoadSeries } from './LoadSeries';

/** Seconds over which "now" is taken: one alone jumps. */
export const RECENT_SECONDS = 5;

/** How it goes now: of the last seconds. `undefined` while there are none. */
export function recentOf(
  series: LoadSeries,
): { sent: number; inFlight: number } | undefined {
  const end = series.shown;
  if (end === 0) return undefined;
  const start = Math.max(0, end - RECENT_SECONDS);
  let sent = 0;
  for (let second = start; second < end; second++) {
    sent += series.value('sent', second) ?? 0;
  }
  return {
    sent: sent / (end - start),
    inFlight: series.value('inFlight', end - 1) ?? 0,
  };
}
