import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { CellAccumulator } from '@backstage-arena/plugin-arena-common/run';
import { ReportItem } from '../Engine';

/** The cells of one scenario, while its rows come by. */
export class ScenarioCells {
  private readonly cells = new Map<string, CellAccumulator>();

  constructor(readonly scenario: string) {}

  add(item: ReportItem): void {
    let cell = this.cells.get(item.provider);
    if (!cell) {
      cell = new CellAccumulator();
      this.cells.set(item.provider, cell);
    }
    cell.add(item);
  }

  /** Statistics of a single item say nothing that its row does not. */
  statistics(): RunCellStatistics[] {
    return [...this.cells]
      .filter(([, cell]) => cell.size > 1)
      .map(([provider, cell]) => ({
        scenario: this.scenario,
        provider,
        ...cell.statistics,
      }));
  }
}
