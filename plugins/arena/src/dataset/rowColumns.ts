import { JsonObject, JsonValue } from '@backstage/types';

const MOST_COLUMNS = 6;
const MOST_CHARACTERS = 140;

/** The fields that most rows have, in the order in which they appear: what fits side by side. */
export function rowColumns(rows: readonly JsonObject[]): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const key of Object.keys(row)) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_COLUMNS)
    .map(([key]) => key);
}

/** A value of a row in one line. */
export function shortValue(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS
    ? `${line.slice(0, MOST_CHARACTERS)}…`
    : line;
}
