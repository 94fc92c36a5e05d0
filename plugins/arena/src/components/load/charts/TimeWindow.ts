/** The part of a test that charts show, in seconds from its start. */
export type TimeWindow =
  | { kind: 'all' }
  | { kind: 'last'; seconds: number }
  | { kind: 'selection'; from: number; to: number };

/** A chart of a few seconds would say little. */
const MIN_SECONDS = 30;

/** Bounds of the time axis when the last second is so. */
export function boundsOf(
  window: TimeWindow,
  lastSecond: number,
): [number, number] {
  if (window.kind === 'selection') return [window.from, window.to];
  const end = Math.max(lastSecond, MIN_SECONDS);
  return window.kind === 'last'
    ? [Math.max(0, end - window.seconds), end]
    : [0, end];
}
