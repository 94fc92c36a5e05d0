import { ReportFormat, ReportKind } from '@backstage-arena/arena-engine';

/** What may be asked for. */
export const REPORT_FORMATS = [
  'json',
  'junit',
  'csv',
  'markdown',
] as const satisfies readonly ReportFormat[];

/** Names of the reports' files. */
export const REPORT_NAMES: Readonly<Record<ReportKind, string>> = {
  json: 'results.json',
  junit: 'junit.xml',
  csv: 'results.csv',
  statistics: 'statistics.csv',
  markdown: 'results.md',
};

export const REPORT_CONTENT_TYPES: Readonly<Record<ReportKind, string>> = {
  json: 'application/json',
  junit: 'application/xml',
  csv: 'text/csv',
  statistics: 'text/csv',
  markdown: 'text/markdown',
};
