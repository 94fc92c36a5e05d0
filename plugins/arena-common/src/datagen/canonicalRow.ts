import { JsonValue } from '@backstage/types';

/**
 * The text that says what a row says: equal for rows that differ in the order of their keys, in white space at the ends of texts or in
 * their Unicode form only.
 *
 * @public
 */
export function canonicalRow(value: JsonValue): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.normalize('NFC').trim());
  }
  if (Array.isArray(value)) return `[${value.map(canonicalRow).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, entry]) =>
    entry === undefined
      ? []
      : [`${JSON.stringify(key.normalize('NFC'))}:${canonicalRow(entry)}`],
  );
  return `{${entries.sort().join(',')}}`;
}

/**
 * The words of a row, without its keys: what near-duplicates are told by.
 *
 * @public
 */
export function rowText(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(rowText).join(' ');
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  return Object.keys(value)
    .sort()
    .map(key => rowText(value[key] ?? null))
    .join(' ');
}
