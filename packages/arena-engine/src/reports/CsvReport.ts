import { csvCell, CsvValue } from '@backstage-arena/plugin-arena-common';
import { ReportItem } from '../Engine';
import { ReportFormatter } from './ReportFormatter';
import { StreamOutput } from './StreamOutput';

/** Content of a cell of a spreadsheet. @public */
export type Cell = CsvValue;

const COLUMNS: ReadonlyArray<[string, (item: ReportItem) => Cell]> = [
  ['index', item => item.index],
  ['scenario', item => item.scenario],
  ['provider', item => item.provider],
  ['region', item => item.region],
  ['variant', item => item.variant],
  ['trial', item => item.trial],
  ['status', item => item.status],
  ['attempt', item => item.attempt],
  ['startedAt', item => item.startedAt],
  ['durationMs', item => item.durationMs],
  ['checksTotal', item => item.checksTotal],
  ['checksFailed', item => item.checksFailed],
  ['score', item => item.score],
  ['turns', item => item.turns],
  ['toolCalls', item => item.toolCalls],
  ['inputTokens', item => item.inputTokens],
  ['outputTokens', item => item.outputTokens],
  ['cachedTokens', item => item.cachedTokens],
  ['cost', item => item.cost],
  ['ttftMs', item => item.ttftMs],
  ['message', item => item.message],
  ['errorClass', item => item.error?.class],
  ['errorMessage', item => item.error?.message],
];

/** RFC 4180, with texts that a spreadsheet would take for a formula made harmless. */
export class CsvReport implements ReportFormatter {
  async start(output: StreamOutput): Promise<void> {
    await output.write(`${COLUMNS.map(([name]) => name).join(',')}\r\n`);
  }

  async item(item: ReportItem, output: StreamOutput): Promise<void> {
    const row = COLUMNS.map(([, read]) => csvCell(read(item))).join(',');
    await output.write(`${row}\r\n`);
  }

  async scenarioEnd(): Promise<void> {
    // Cells have a table of their own.
  }

  async end(): Promise<void> {
    // The rows are all there is.
  }

  async close(): Promise<void> {
    // Holds nothing.
  }
}
