import {
  RunSetCell,
  RunSetFigures,
  RunSetRow,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { AlignedRow } from './alignRuns';
import { RunCell } from './CountedRun';
import { costOf, durationOf, passRateOf, scoreOf } from './measures';

/** A cell as the API shows it. */
export function toRunSetRow(row: AlignedRow): RunSetRow {
  const { scenario, provider, region, variant } = row;
  return {
    key: keyOf(row),
    scenario,
    provider,
    region,
    variant,
    cells: row.cells.map((cell, index) => toCell(row, cell, index)),
  };
}

/** Short name of a cell, for addresses. */
export function keyOf({ name }: Pick<AlignedRow, 'name'>): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

function toCell(
  { cells, changes, pValues }: AlignedRow,
  cell: RunCell | undefined,
  index: number,
): RunSetCell {
  const before = cells[0] && passRateOf(cells[0]);
  const after = cell && passRateOf(cell);
  const isSame = cells[0]?.scenarioKey === cell?.scenarioKey;
  return {
    ...(cell && { figures: figuresOf(cell) }),
    ...(changes[index] && { change: changes[index] }),
    ...(index > 0 &&
      isSame &&
      before !== undefined &&
      after !== undefined && { effect: after - before }),
    ...(pValues[index] !== undefined && { pValue: pValues[index] }),
  };
}

function figuresOf(cell: RunCell): RunSetFigures {
  const { trials, firstItem, judged, passed, unjudged } = cell;
  const { passRate, interval } = verdictStatistics({ judged, passed });
  const score = scoreOf(cell);
  const durationMs = durationOf(cell);
  const cost = costOf(cell);
  return {
    trials,
    firstItem,
    judged,
    passed,
    unjudged,
    ...(passRate !== undefined && { passRate, interval }),
    ...(score !== undefined && { score }),
    ...(durationMs !== undefined && { durationMs }),
    ...(cost !== undefined && { cost }),
  };
}
