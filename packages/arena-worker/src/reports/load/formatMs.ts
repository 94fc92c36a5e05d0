/** Milliseconds, as short as they can be read. */
export function formatMs(value: number): string {
  if (value < 10) return `${value.toFixed(2)} ms`;
  return value < 10_000
    ? `${value.toFixed(0)} ms`
    : `${(value / 1_000).toFixed(1)} s`;
}
