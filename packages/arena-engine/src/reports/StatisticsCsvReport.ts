import {
  csvCell,
  RunCellStatistics,
  TrialStatistics,
} from '@backstage-arena/plugin-arena-common';
import { Cell } from './CsvReport';
import { ReportFormatter } from './ReportFormatter';
import { statisticsEntries } from './statisticsEntries';
import { StreamOutput } from './StreamOutput';

/** Columns are the same whatever the trials, so that files can be put together. */
const KS = [1, 2, 3, 5, 10];

const NAMES = [
  'items',
  'judged',
  'unjudged',
  'passed',
  'class',
  'passRate',
  'passRate.low',
  'passRate.high',
  ...KS.flatMap(k => [`pass@${k}`, `pass^${k}`]),
  'score.mean',
  'score.standardDeviation',
  ...['durationMs', 'ttftMs'].flatMap(name =>
    ['p50', 'p90', 'p95', 'p99'].map(level => `${name}.${level}`),
  ),
];

const HEADER = ['scenario', 'provider', ...NAMES, 'k', 'pass@k', 'pass^k'];

/** One row for each cell with more than one item. The last three columns are those of the largest `k`. */
export class StatisticsCsvReport implements ReportFormatter {
  async start(output: StreamOutput): Promise<void> {
    await output.write(`${HEADER.join(',')}\r\n`);
  }

  async item(): Promise<void> {
    // Items have a table of their own.
  }

  async scenarioEnd(
    cells: readonly RunCellStatistics[],
    output: StreamOutput,
  ): Promise<void> {
    for (const cell of cells) {
      const values = new Map(statisticsEntries(cell));
      const last: TrialStatistics | undefined =
        cell.trials[cell.trials.length - 1];
      const row: Cell[] = [
        cell.scenario,
        cell.provider,
        ...NAMES.map(name => values.get(name)),
        last?.k,
        values.get(`pass@${last?.k}`),
        values.get(`pass^${last?.k}`),
      ];
      await output.write(`${row.map(csvCell).join(',')}\r\n`);
    }
  }

  async end(): Promise<void> {
    // The rows are all there is.
  }

  async close(): Promise<void> {
    // Holds nothing.
  }
}
