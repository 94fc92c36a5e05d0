import { join } from 'node:path';
import { METRICS_CONTENT_TYPE } from '@backstage-arena/plugin-arena-common/load';
import type { WrittenReport } from '../ReportFiles';

/** Names of the files that tell of a load test, in the order in which they are listed. */
export const LOAD_REPORT_NAMES = {
  json: 'loadtest.json',
  batches: 'loadtest-series.jsonl',
  series: 'loadtest-series.csv',
  html: 'loadtest.html',
  metrics: 'loadtest.prom',
} as const;

export type LoadReportKind = keyof typeof LOAD_REPORT_NAMES;

/** What can only be written when a test is over. */
export const LOAD_SUMMARY_KINDS = [
  'json',
  'html',
  'metrics',
] as const satisfies readonly LoadReportKind[];

const CONTENT_TYPES: Readonly<Record<LoadReportKind, string>> = {
  json: 'application/json',
  batches: 'application/x-ndjson',
  series: 'text/csv',
  html: 'text/html; charset=utf-8',
  metrics: METRICS_CONTENT_TYPE,
};

/** A file of a load test as it is in a folder. */
export function loadReportFile(
  kind: LoadReportKind,
  directory: string,
): WrittenReport {
  const name = LOAD_REPORT_NAMES[kind];
  return {
    name,
    path: join(directory, name),
    contentType: CONTENT_TYPES[kind],
  };
}
