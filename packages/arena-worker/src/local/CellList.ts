import { ReportItem } from '@backstage-arena/arena-engine';
import { RunCellStatistics } from '@backstage-arena/plugin-arena-common';
import { CellAccumulator } from '@backstage-arena/plugin-arena-common/run';

/** More than this nobody reads on a terminal; the reports have all. */
export const MAX_LISTED = 40;

/**
 * Statistics of the cells with more than one item, from rows in order of index. When there are too many to list, those that are not
 * stable go first.
 */
export class CellList {
  readonly #first: RunCellStatistics[] = [];
  readonly #unstable: RunCellStatistics[] = [];
  readonly #cells = new Map<string, CellAccumulator>();
  #scenario?: string;
  #count = 0;

  add(row: ReportItem): void {
    if (this.#scenario !== row.scenario) this.#endScenario();
    this.#scenario = row.scenario;
    let cell = this.#cells.get(row.provider);
    if (!cell) {
      cell = new CellAccumulator();
      this.#cells.set(row.provider, cell);
    }
    cell.add(row);
  }

  /** Call it when all rows are in. */
  end(): { listed: RunCellStatistics[]; more: number } {
    this.#endScenario();
    const listed =
      this.#count <= MAX_LISTED || this.#unstable.length === 0
        ? this.#first
        : this.#unstable;
    return { listed, more: this.#count - listed.length };
  }

  #endScenario(): void {
    const scenario = this.#scenario;
    if (scenario === undefined) return;
    for (const [provider, cell] of this.#cells) {
      if (cell.size > 1) {
        this.#put({ scenario, provider, ...cell.statistics });
      }
    }
    this.#cells.clear();
    this.#scenario = undefined;
  }

  #put(cell: RunCellStatistics): void {
    this.#count += 1;
    if (this.#first.length < MAX_LISTED) this.#first.push(cell);
    if (cell.class !== 'stable' && this.#unstable.length < MAX_LISTED) {
      this.#unstable.push(cell);
    }
  }
}
