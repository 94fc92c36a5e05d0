import { ReportItem, ReportSummary } from '../Engine';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';

/** `{"items": [...], "summary": {...}}`, one item a line. The totals come last, when they are known. */
export class JsonReport implements ReportFormatter {
  private isFirst = true;

  async start(output: StreamOutput): Promise<void> {
    await output.write('{"items":[');
  }

  async item(item: ReportItem, output: StreamOutput): Promise<void> {
    const {
      index,
      scenario,
      provider,
      region,
      variant,
      trial,
      status,
      ...rest
    } = item;
    const row = {
      index,
      scenario,
      provider,
      region,
      variant,
      trial,
      status,
      ...rest,
    };
    await output.write(`${this.isFirst ? '' : ','}\n${JSON.stringify(row)}`);
    this.isFirst = false;
  }

  async end(summary: ReportSummary, output: StreamOutput): Promise<void> {
    await output.write(`\n],"summary":${JSON.stringify(summary)}}\n`);
  }

  async close(): Promise<void> {
    // Holds nothing.
  }
}
