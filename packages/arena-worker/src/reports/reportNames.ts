import { ReportFormat, ReportKind } from '@backstage-arena/arena-engine';

/** What may be asked for. */
export const REPORT_FORMATS = [
  'json',
  'jsonl',
  'junit',
  'csv',
  'markdown',
  'html',
] as const satisfies readonly ReportFormat[];

/** Names of the reports' files. */
export const REPORT_NAMES: Readonly<Record<ReportKind, string>> = {
  json: 'results.json',
  jsonl: 'results.jsonl',
  junit: 'junit.xml',
  csv: 'results.csv',
  statistics: 'statistics.csv',
  markdown: 'results.md',
  html: 'results.html',
};

export const REPORT_CONTENT_TYPES: Readonly<Record<ReportKind, string>> = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  junit: 'application/xml',
  csv: 'text/csv',
  statistics: 'text/csv',
  markdown: 'text/markdown',
  html: 'text/html; charset=utf-8',
};
