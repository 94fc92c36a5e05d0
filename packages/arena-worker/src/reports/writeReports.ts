import { ReportItem, ReportSummary } from '@backstage-arena/arena-engine';
import { ReportFiles, ReportFilesOptions, WrittenReport } from './ReportFiles';

export interface WriteReportsOptions extends ReportFilesOptions {
  /** In order of index. */
  rows: AsyncIterable<ReportItem>;
}

/** Writes all formats in one pass over the rows. */
export async function writeReports(
  options: WriteReportsOptions,
): Promise<{ reports: WrittenReport[]; summary: ReportSummary }> {
  const files = new ReportFiles(options);
  try {
    for await (const row of options.rows) await files.write(row);
    return await files.end();
  } catch (error) {
    await files.abort(error);
    throw error;
  }
}
