/** JSON text as a line: breaks can only stand between its parts, but readers of lines also stop at two characters that JSON may have within texts. */
export function jsonLine(json: string): string {
  const line = json
    .replace(/[\r\n]/g, ' ')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `${line}\n`;
}
