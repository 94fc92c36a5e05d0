/** The value below which the given part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = Math.ceil(part * sorted.length) - 1;
  return sorted[Math.max(0, position)];
}
