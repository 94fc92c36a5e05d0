import {
  CellClass,
  MatrixCell,
  RunMatrix,
} from '@backstage-arena/plugin-arena-common';
import { passRateOf, ProgressCounts, verdictsOf } from '../../lib/counters';

/** Order of the rows: as planned, or those that need attention first. */
export type MatrixOrder = 'plan' | 'worst';

/** A line of the matrix: a scenario or a provider, with the sum of its cells. */
export interface MatrixLine {
  /** Index into the plan. */
  index: number;
  id: string;
  detail?: string;
  sum: ProgressCounts & { cost: number; durationMs: number };
}

/** The matrix as it is drawn. */
export interface MatrixModel {
  rows: MatrixLine[];
  columns: MatrixLine[];
  /** `undefined` where the plan has no items: cells are ragged. */
  cellAt(row: number, column: number): MatrixCell | undefined;
}

function emptySum(): MatrixLine['sum'] {
  return {
    total: 0,
    passed: 0,
    failed: 0,
    errored: 0,
    pending: 0,
    cost: 0,
    durationMs: 0,
  };
}

function add(sum: MatrixLine['sum'], cell: MatrixCell): void {
  sum.total += cell.total;
  sum.passed += cell.passed;
  sum.failed += cell.failed;
  sum.errored += cell.errored;
  sum.pending += cell.pending;
  sum.cost += cell.cost;
  sum.durationMs += cell.durationMs;
}

/** Lines, sums and a lookup, in one pass over the cells. */
export function buildMatrixModel(
  matrix: RunMatrix,
  order: MatrixOrder,
): MatrixModel {
  const scenarios: MatrixLine[] = matrix.scenarios.map((scenario, index) => ({
    index,
    id: scenario.id,
    detail: scenario.file,
    sum: emptySum(),
  }));
  const providers: MatrixLine[] = matrix.providers.map((provider, index) => ({
    index,
    id: provider.id,
    detail: provider.model ?? provider.type,
    sum: emptySum(),
  }));
  const width = providers.length;
  const lookup = new Map<number, MatrixCell>();
  for (const cell of matrix.cells) {
    lookup.set(cell.scenarioIndex * width + cell.providerIndex, cell);
    const scenario = scenarios[cell.scenarioIndex];
    const provider = providers[cell.providerIndex];
    if (scenario) add(scenario.sum, cell);
    if (provider) add(provider.sum, cell);
  }
  const rows = order === 'worst' ? worstFirst(scenarios) : scenarios;
  return {
    rows,
    columns: providers,
    cellAt: (row, column) =>
      lookup.get(rows[row].index * width + providers[column].index),
  };
}

/** Classes of the cells that have several items: a single one is neither stable nor flaky. */
export function countClasses(
  cells: readonly MatrixCell[],
): Record<CellClass, number> {
  const counts = { stable: 0, flaky: 0, broken: 0 };
  for (const cell of cells) {
    const name = cell.total > 1 ? verdictsOf(cell).class : undefined;
    if (name) counts[name]++;
  }
  return counts;
}

function worstFirst(lines: MatrixLine[]): MatrixLine[] {
  // Lines without results have nothing to attend to yet.
  const rank = (line: MatrixLine) => passRateOf(line.sum) ?? 2;
  return [...lines].sort((a, b) => rank(a) - rank(b) || a.index - b.index);
}
