import { ReportItem } from '../Engine';
import { itemFields } from './itemFields';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';

/** One item a line, as in the JSON report, for programs that read line by line. */
export class JsonLinesReport implements ReportFormatter {
  async start(): Promise<void> {
    // The rows are all there is.
  }

  item(item: ReportItem, output: StreamOutput): Promise<void> | undefined {
    return output.write(`${JSON.stringify(itemFields(item))}\n`);
  }

  async scenarioEnd(): Promise<void> {
    // Statistics are in the reports that have totals.
  }

  async end(): Promise<void> {
    // The rows are all there is.
  }

  async close(): Promise<void> {
    // Holds nothing.
  }
}
