import {
  RUN_SET_CHANGES,
  RunSetCellsQuery,
  RunSetChange,
} from '@backstage-arena/plugin-arena-common';
import { AlignedRow } from './alignRuns';
import { RunCell } from './CountedRun';
import { costOf, durationOf, passRateOf, scoreOf } from './measures';

/** Which rows, in which order. */
export type RowSelection = Pick<
  RunSetCellsQuery,
  'change' | 'search' | 'orderBy' | 'order'
> & {
  /** Position of the only run that is looked at; absent: all but the baseline. */
  at?: number;
};

const RANKS = new Map<RunSetChange, number>(
  RUN_SET_CHANGES.map((change, rank) => [change, rank]),
);

/** The less the worse. */
type Delta = (
  before: RunCell | undefined,
  after: RunCell | undefined,
) => number | undefined;

const DELTAS: Record<'passRate' | 'score' | 'durationMs' | 'cost', Delta> = {
  passRate: changeOf(passRateOf),
  score: changeOf(scoreOf),
  durationMs: changeOf(cell => negative(durationOf(cell))),
  cost: changeOf(cell => negative(costOf(cell))),
};

function changeOf(measure: (cell: RunCell) => number | undefined): Delta {
  return (before, after) => {
    const from = before && measure(before);
    const to = after && measure(after);
    return from === undefined || to === undefined ? undefined : to - from;
  };
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

/** Rows that match, the worst first or last. */
export function selectRows(
  rows: readonly AlignedRow[],
  selection: RowSelection,
): AlignedRow[] {
  const { change, search, at, orderBy = 'change', order = 'asc' } = selection;
  const wanted = change && new Set<RunSetChange | undefined>(change);
  const text = search?.toLowerCase();
  const isLooked = (index: number) =>
    index > 0 && (at === undefined || index === at);
  const matching = rows.filter(
    row =>
      (!wanted ||
        row.changes.some((one, i) => isLooked(i) && wanted.has(one))) &&
      (!text ||
        row.scenario.toLowerCase().includes(text) ||
        row.provider.toLowerCase().includes(text)),
  );
  if (orderBy === 'plan') {
    return order === 'desc' ? matching.reverse() : matching;
  }
  const direction = order === 'desc' ? -1 : 1;
  const worstOf = (row: AlignedRow, delta: Delta) => {
    let worst: number | undefined;
    row.cells.forEach((cell, i) => {
      const value = isLooked(i) ? delta(row.cells[0], cell) : undefined;
      if (value !== undefined && (worst === undefined || value < worst)) {
        worst = value;
      }
    });
    return worst;
  };
  const rankOf = (row: AlignedRow) =>
    Math.min(
      RANKS.size,
      ...row.changes.map((one, i) =>
        one && isLooked(i) ? RANKS.get(one)! : RANKS.size,
      ),
    );
  const sorted = matching.map((row, position) => ({
    row,
    position,
    rank: orderBy === 'change' ? rankOf(row) : 0,
    value: worstOf(row, DELTAS[orderBy === 'change' ? 'passRate' : orderBy]),
  }));
  sorted.sort((a, b) => {
    if (a.rank !== b.rank) return direction * (a.rank - b.rank);
    // What has nothing to compare is last in either direction.
    if (a.value === undefined || b.value === undefined) {
      return (
        Number(a.value === undefined) - Number(b.value === undefined) ||
        a.position - b.position
      );
    }
    return direction * (a.value - b.value) || a.position - b.position;
  });
  return sorted.map(({ row }) => row);
}
