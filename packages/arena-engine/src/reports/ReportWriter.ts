import { Writable } from 'node:stream';
import { ReportItem, ReportKind, ReportSummary } from '../Engine';
import { CsvReport } from './CsvReport';
import { HtmlReport } from './html/HtmlReport';
import { JsonLinesReport } from './JsonLinesReport';
import { JsonReport } from './JsonReport';
import { JUnitReport } from './JUnitReport';
import { MarkdownReport } from './MarkdownReport';
import { ReportFormatter } from './ReportFormatter';
import { StatisticsCsvReport } from './StatisticsCsvReport';
import { StreamingReport } from './StreamingReport';

/**
 * Writes one report row by row, in constant memory. Rows come in the order of their indexes.
 *
 * @public
 */
export interface ReportWriter {
  /**
   * Writes a row.
   *
   * @returns a promise that resolves when the next row may come; undefined when it may come at once
   */
  write(item: ReportItem): Promise<void> | undefined;
  /** Completes the report, ends the stream and resolves when everything is written. */
  end(): Promise<ReportSummary>;
  /** Gives up: destroys the stream and frees what the writer holds. */
  abort(reason: Error): Promise<void>;
}

/** @public */
export interface ReportWriterOptions {
  /** Name of the report, for formats that have one. Default `Arena`. */
  title?: string;
}

function createFormatter(
  format: ReportKind,
  { title = 'Arena' }: ReportWriterOptions,
): ReportFormatter {
  switch (format) {
    case 'json':
      return new JsonReport();
    case 'jsonl':
      return new JsonLinesReport();
    case 'junit':
      return new JUnitReport(title);
    case 'csv':
      return new CsvReport();
    case 'statistics':
      return new StatisticsCsvReport();
    case 'markdown':
      return new MarkdownReport(title);
    case 'html':
      return new HtmlReport(title);
    default:
      throw new Error(
        `Unknown report format "${String(
          format,
        )}": allowed are json, jsonl, junit, csv, statistics, markdown, html`,
      );
  }
}

/**
 * Opens a report of a format on a stream.
 *
 * @public
 */
export function createReportWriter(
  format: ReportKind,
  writable: Writable,
  options: ReportWriterOptions = {},
): ReportWriter {
  return new StreamingReport(createFormatter(format, options), writable);
}
