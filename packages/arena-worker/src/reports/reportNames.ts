import { ReportFormat } from '@backstage-arena/arena-engine';

/** Names of the reports' files. */
export const REPORT_NAMES: Readonly<Record<ReportFormat, string>> = {
  json: 'results.json',
  junit: 'junit.xml',
  csv: 'results.csv',
};

export const REPORT_CONTENT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  junit: 'application/xml',
  csv: 'text/csv',
};
