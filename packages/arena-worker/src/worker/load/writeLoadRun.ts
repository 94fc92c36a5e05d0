import {
  LoadReport,
  loadReportSchema,
  LoadSeriesRow,
  loadSeriesRowSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { writeLoadReports } from '../../reports/load/writeLoadReports';
import type { WrittenReport } from '../../reports/ReportFiles';
import { readLines, ReadStreamOptions } from '../readLines';

/** What the manifest says of a load test. */
export interface LoadRunSummary {
  sent: number;
  completed: number;
  succeeded: number;
  dropped: number;
  lost: number;
  verdict: LoadReport['audit']['verdict'];
  passed: boolean;
  /** Of the whole run, in the currency of its budget. */
  cost: number;
}

/** Reads a load test that is over from the backend, and writes all its files. */
export async function writeLoadRun(
  options: ReadStreamOptions & {
    /** Exists. */
    directory: string;
  },
): Promise<{ reports: WrittenReport[]; summary: LoadRunSummary }> {
  const { client, signal, patienceMs, directory } = options;
  const report = await client.get('/load/report', loadReportSchema, {
    signal,
    patienceMs,
  });
  const reports = await writeLoadReports({
    directory,
    report,
    rows: readRows(options),
    batches: readLines({
      ...options,
      path: () => '/load/batches',
      startsAnew: true,
    }),
  });
  return { reports, summary: summaryOf(report) };
}

async function* readRows(
  options: ReadStreamOptions,
): AsyncGenerator<LoadSeriesRow> {
  const lines = readLines({
    ...options,
    path: () => '/load/series',
    startsAnew: true,
  });
  for await (const line of lines) {
    yield loadSeriesRowSchema.parse(JSON.parse(line));
  }
}

function summaryOf({
  totals,
  audit,
  passed,
  cost,
}: LoadReport): LoadRunSummary {
  const { sent, completed, succeeded, dropped, lost } = totals;
  return {
    sent,
    completed,
    succeeded,
    dropped: Object.values(dropped).reduce((sum, count) => sum + count, 0),
    lost,
    verdict: audit.verdict,
    passed,
    cost: cost.total,
  };
}
