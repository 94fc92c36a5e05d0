/** Content of a cell of a table. @public */
export type CsvValue = string | number | undefined;

/** Quotes a cell where it has to be (RFC 4180); texts that a spreadsheet would take for a formula get an apostrophe in front. @public */
export function csvCell(cell: CsvValue): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  // Spreadsheets also look behind blanks and quotes.
  const text = cell.replaceAll('\0', '');
  const isFormula = /^[\s"']*[=+\-@\uFF0B\uFF0D\uFF1D\uFF20]|^[\t\r\n]/.test(
    text,
  );
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
