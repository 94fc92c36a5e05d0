import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { ReportItem, ReportSummary } from '../Engine';
import { StreamOutput } from './StreamOutput';

/** One format: what it writes before, for and after the rows. */
export interface ReportFormatter {
  start(output: StreamOutput): Promise<void>;
  /** @returns undefined when there is nothing to wait for */
  item(item: ReportItem, output: StreamOutput): Promise<void> | undefined;
  /** All rows of a scenario are written. `cells` has those of its cells that have more than one item. */
  scenarioEnd(
    cells: readonly RunCellStatistics[],
    output: StreamOutput,
  ): Promise<void>;
  end(summary: ReportSummary, output: StreamOutput): Promise<void>;
  /** Frees temporary files. Called once, whatever happened. */
  close(): Promise<void>;
}
