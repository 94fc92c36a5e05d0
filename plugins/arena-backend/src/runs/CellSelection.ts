import {
  CommentedCell,
  commentedCellName,
  RunItemsQuery,
} from '@backstage-arena/plugin-arena-common';
import { cellOf, PlannedRun } from './PlannedRun';
import { RunItemRow } from './tables';

/** Items by their cells. Absent parts select nothing away. */
export interface CellSelection {
  /** Only items of these. */
  only?: readonly CommentedCell[];
  /** No item of these. */
  except?: readonly CommentedCell[];
}

/** A query that finds all items of the selection, and few others; undefined when there is none. */
export function narrowed(
  query: RunItemsQuery,
  { only }: CellSelection,
): RunItemsQuery | undefined {
  if (!only) return query;
  const within = (ids: Iterable<string>, asked: string[] | undefined) => {
    const all = [...new Set(ids)];
    return asked?.length ? all.filter(id => asked.includes(id)) : all;
  };
  const scenario = within(
    only.map(cell => cell.scenario),
    query.scenario,
  );
  const provider = within(
    only.map(cell => cell.provider),
    query.provider,
  );
  if (scenario.length === 0 || provider.length === 0) return undefined;
  return { ...query, scenario, provider };
}

/** Whether an item is of the selection. */
export function isSelected(
  run: PlannedRun,
  { only, except }: CellSelection,
): (row: RunItemRow) => boolean {
  const names = (cells: readonly CommentedCell[]) =>
    new Set(cells.map(cell => commentedCellName(cell)));
  const wanted = only && names(only);
  const unwanted = except && names(except);
  if (!wanted && !unwanted) return () => true;
  return row => {
    const name = commentedCellName(cellOf(run, Number(row.idx)));
    return (wanted?.has(name) ?? true) && !unwanted?.has(name);
  };
}
