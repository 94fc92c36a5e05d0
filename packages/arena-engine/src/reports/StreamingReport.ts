import { Writable } from 'node:stream';
import { ReportItem, ReportSummary } from '../Engine';
import { ReportFormatter } from './ReportFormatter';
import type { ReportWriter } from './ReportWriter';
import { StreamOutput } from './StreamOutput';
import { Summariser } from './Summariser';

/** Drives a formatter over a stream. */
export class StreamingReport implements ReportWriter {
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
