import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createReportWriter,
  ReportFormat,
  ReportItem,
  ReportSummary,
  ReportWriter,
} from '@backstage-arena/arena-engine';
import { REPORT_CONTENT_TYPES, REPORT_NAMES } from './reportNames';

export interface WrittenReport {
  name: string;
  path: string;
  contentType: string;
}

export interface WriteReportsOptions {
  /** In order of index. */
  rows: AsyncIterable<ReportItem>;
  formats: readonly string[];
  /** Exists. */
  directory: string;
  title: string;
}

interface OpenReport extends WrittenReport {
  temporary: string;
  writer: ReportWriter;
}

/** Writes all formats in one pass over the rows. A report appears under its name when it is whole. */
export async function writeReports(
  options: WriteReportsOptions,
): Promise<{ reports: WrittenReport[]; summary: ReportSummary }> {
  const formats = [...new Set(options.formats.map(knownFormat))];
  // The totals come from a writer, so there is always one.
  if (formats.length === 0) formats.push('json');
  const reports = formats.map(format => openReport(format, options));
  try {
    for await (const row of options.rows) {
      for (const { writer } of reports) await writer.write(row);
    }
    const summaries: ReportSummary[] = [];
    for (const { writer } of reports) summaries.push(await writer.end());
    for (const { temporary, path } of reports) await rename(temporary, path);
    return {
      reports: reports.map(({ name, path, contentType }) => ({
        name,
        path,
        contentType,
      })),
      summary: summaries[0],
    };
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const { writer, temporary } of reports) {
      await writer.abort(reason);
      await rm(temporary, { force: true });
    }
    throw error;
  }
}

function openReport(
  format: ReportFormat,
  options: WriteReportsOptions,
): OpenReport {
  const name = REPORT_NAMES[format];
  const temporary = join(options.directory, `.${name}.${process.pid}.tmp`);
  return {
    name,
    path: join(options.directory, name),
    contentType: REPORT_CONTENT_TYPES[format],
    temporary,
    writer: createReportWriter(format, createWriteStream(temporary), {
      title: options.title,
    }),
  };
}

function knownFormat(format: string): ReportFormat {
  if (Object.hasOwn(REPORT_NAMES, format)) return format as ReportFormat;
  throw new Error(
    `The report format '${format}' is not known: allowed are ${Object.keys(
      REPORT_NAMES,
    ).join(', ')}`,
  );
}
