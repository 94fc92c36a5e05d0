import { writeFile } from 'node:fs/promises';
import {
  LoadReport,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import type { WrittenReport } from '../ReportFiles';
import { loadReportFile } from './loadReportNames';

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
  const { directory, report } = options;
  const json = loadReportFile('json', directory);
  await writeFile(json.path, `${JSON.stringify(report, null, 2)}\n`);
  return [json];
}
