import {
  LoadReport,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { LineFile } from '../LineFile';
import type { WrittenReport } from '../ReportFiles';
import { loadReportFile } from './loadReportNames';
import { LoadSeriesTable } from './LoadSeriesTable';
import { writeLoadSummaries } from './writeLoadSummaries';
import { writeStaged } from './writeStaged';

export interface WriteLoadReportsOptions {
  /** Exists. */
  directory: string;
  report: LoadReport;
  /** One for each second, in order; read before the batches. */
  rows: AsyncIterable<LoadSeriesRow>;
  /** What the workers reported: one `LoadReportBatch` each, as JSON without line breaks. Absent: no file of them. */
  batches?: AsyncIterable<string>;
}

/** Writes all files of a load test that is over. They appear together, when all are whole. */
export function writeLoadReports(
  options: WriteLoadReportsOptions,
): Promise<WrittenReport[]> {
  const { directory, report, batches } = options;
  return writeStaged(directory, async folder => {
    const table = loadReportFile('series', folder);
    const rows = await writeTable(table.path, options.rows);
    const lines = loadReportFile('batches', folder);
    if (batches) await writeLines(lines.path, batches);
    return [
      ...(await writeLoadSummaries({ directory: folder, report, rows })),
      ...(batches ? [lines] : []),
      table,
    ];
  });
}

/** @returns the rows: some numbers for each second, so that they can be kept */
async function writeTable(
  path: string,
  rows: AsyncIterable<LoadSeriesRow>,
): Promise<LoadSeriesRow[]> {
  const kept: LoadSeriesRow[] = [];
  const table = await LoadSeriesTable.open(path);
  try {
    for await (const row of rows) {
      kept.push(row);
      await table.add(row);
    }
  } finally {
    await table.close();
  }
  return kept;
}

async function writeLines(
  path: string,
  lines: AsyncIterable<string>,
): Promise<void> {
  const file = await LineFile.open(path, 'w');
  try {
    for await (const line of lines) await file.add(line);
  } finally {
    await file.close();
  }
}
