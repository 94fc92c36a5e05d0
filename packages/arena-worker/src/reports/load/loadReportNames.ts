import { join } from 'node:path';
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

const CONTENT_TYPES: Readonly<Record<LoadReportKind, string>> = {
  json: 'application/json',
  batches: 'application/x-ndjson',
  series: 'text/csv',
  html: 'text/html',
  metrics: 'text/plain; version=0.0.4',
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
