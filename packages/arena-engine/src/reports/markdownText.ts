/** Text for a line or a table of Markdown, without meaning of its own: neither markup, HTML nor new lines. */
export function markdownText(text: string, maxLength = 300): string {
  const line = text
    // eslint-disable-next-line no-control-regex
    .replace(/[\s\u0000-\u001F\u007F]+/g, ' ')
    .trim();
  const short =
    line.length > maxLength ? `${line.slice(0, maxLength).trimEnd()}…` : line;
  return short
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-!|~]/g, '\\$&');
}

/** A table. Cells must be Markdown already. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Head of a table: names, and the line below them. */
export function markdownHead(names: readonly string[]): string {
  return markdownRow(names) + markdownRow(names.map(() => '---'));
}
