import { writeFile } from 'node:fs/promises';
import {
  formatMetrics,
  loadMetrics,
  LoadReport,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import type { WrittenReport } from '../ReportFiles';
import { loadReportHtml } from './html/loadReportHtml';
import { loadReportFile, LoadReportKind } from './loadReportNames';

export interface LoadSummariesOptions {
  /** Exists. */
  directory: string;
  report: LoadReport;
  /** In order of time. */
  rows: readonly LoadSeriesRow[];
}

/** Writes the files that can only be written when a load test is over. */
export async function writeLoadSummaries(
  options: LoadSummariesOptions,
): Promise<WrittenReport[]> {
  const { directory, report, rows } = options;
  const write = async (kind: LoadReportKind, text: string) => {
    const file = loadReportFile(kind, directory);
    await writeFile(file.path, text);
    return file;
  };
  return [
    await write('json', `${JSON.stringify(report, null, 2)}\n`),
    await write('html', loadReportHtml(report, rows)),
    await write('metrics', formatMetrics(loadMetrics(report))),
  ];
}
