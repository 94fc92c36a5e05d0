import { Writable } from 'node:stream';
import { ReportFormat, ReportItem, ReportSummary } from '../Engine';
import { CsvReport } from './CsvReport';
import { JsonReport } from './JsonReport';
import { JUnitReport } from './JUnitReport';
import { StreamOutput } from './StreamOutput';
import { Summariser } from './Summariser';

/**
 * Writes one report row by row, in constant memory. Rows come in the order of their indexes.
 *
 * @public
 */
export interface ReportWriter {
  /** Resolves when the next row may come. */
  write(item: ReportItem): Promise<void>;
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

/** One format: what it writes before, for and after the rows. */
export interface ReportFormatter {
  start(output: StreamOutput): Promise<void>;
  item(item: ReportItem, output: StreamOutput): Promise<void>;
  end(summary: ReportSummary, output: StreamOutput): Promise<void>;
  /** Frees temporary files. Called once, whatever happened. */
  close(): Promise<void>;
}

/**
 * Opens a report of a format on a stream.
 *
 * @public
 */
export function createReportWriter(
  format: ReportFormat,
  writable: Writable,
  options: ReportWriterOptions = {},
): ReportWriter {
  return new StreamingReport(createFormatter(format, options), writable);
}

function createFormatter(
  format: ReportFormat,
  { title = 'Arena' }: ReportWriterOptions,
): ReportFormatter {
  switch (format) {
    case 'json':
      return new JsonReport();
    case 'junit':
      return new JUnitReport(title);
    case 'csv':
      return new CsvReport();
    default:
      throw new Error(
        `Unknown report format "${String(
          format,
        )}": allowed are json, junit, csv`,
      );
  }
}

class StreamingReport implements ReportWriter {
  private readonly output: StreamOutput;
  private readonly summariser = new Summariser();
  private isStarted = false;

  constructor(private readonly formatter: ReportFormatter, writable: Writable) {
    this.output = new StreamOutput(writable);
  }

  async write(item: ReportItem): Promise<void> {
    await this.start();
    this.summariser.add(item);
    await this.formatter.item(item, this.output);
  }

  async end(): Promise<ReportSummary> {
    await this.start();
    const summary = this.summariser.summary;
    try {
      await this.formatter.end(summary, this.output);
      await this.output.end();
    } finally {
      await this.formatter.close();
    }
    return summary;
  }

  async abort(reason: Error): Promise<void> {
    this.output.destroy(reason);
    await this.formatter.close();
  }

  private async start(): Promise<void> {
    if (this.isStarted) return;
    this.isStarted = true;
    await this.formatter.start(this.output);
  }
}
