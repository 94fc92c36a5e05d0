/** Columns padded with spaces, as kubectl does. */
export function formatTable(
  header: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const widths = columnWidths([header, ...rows]);
  return [header, ...rows].map(row => formatRow(row, widths)).join('\n');
}

export function columnWidths(rows: ReadonlyArray<readonly string[]>): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return widths;
}

export function formatRow(
  row: readonly string[],
  widths: readonly number[],
): string {
  return row
    .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i])))
    .join('   ')
    .trimEnd();
}

const UNITS: ReadonlyArray<[string, number]> = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** Two units at most, the smaller only while the larger is small: `45s`, `3m20s`, `5h`, `12d`. */
export function formatAge(
  timestamp: string | undefined,
  now: number = Date.now(),
): string {
  const then = timestamp === undefined ? NaN : Date.parse(timestamp);
  if (Number.isNaN(then)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now - then) / 1000));
  const at = UNITS.findIndex(([, size]) => seconds >= size);
  if (at === -1) return '0s';
  const [unit, size] = UNITS[at];
  const count = Math.floor(seconds / size);
  const next = UNITS[at + 1];
  const rest = next ? Math.floor((seconds % size) / next[1]) : 0;
  return next && rest > 0 && count < 10
    ? `${count}${unit}${rest}${next[0]}`
    : `${count}${unit}`;
}
