/** A value as JSON on one line, for whatever reader: some take these two characters for the end of a line. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}
