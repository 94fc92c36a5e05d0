import {
  CommentedCell,
  DiscussedCell,
  DiscussedCellsPage,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { parseCellName } from './cellOfItem';
import { ItemCommentRow, ItemLabelRow } from './tables';

/** One page of the cells of a run that have comments or labels, in order of their digests. */
export async function listDiscussedCells(
  knex: Knex,
  query: { seriesId: number; plan: RunPlan; limit: number; cursor?: string },
): Promise<DiscussedCellsPage> {
  const { seriesId, plan, limit, cursor = '' } = query;
  const part = (table: 'item_comments' | 'item_labels') =>
    knex(table)
      .where({ series_id: seriesId })
      .andWhere('cell', '>', cursor)
      .distinct('cell')
      .orderBy('cell')
      .limit(limit + 1);
  const digests = [
    ...new Set(
      [...(await part('item_comments')), ...(await part('item_labels'))].map(
        ({ cell }: { cell: string }) => cell,
      ),
    ),
  ].sort();
  const page = digests.slice(0, limit);
  const at = () => ({ series_id: seriesId });
  const labels = await knex<ItemLabelRow>('item_labels')
    .where(at())
    .whereIn('cell', page)
    .orderBy('label')
    .select('cell', 'cell_name', 'scenario_key', 'label');
  const comments: Array<
    Pick<ItemCommentRow, 'cell' | 'cell_name'> & {
      comments: number | string;
      resolved: number | string;
    }
  > = await knex('item_comments')
    .where(at())
    .whereIn('cell', page)
    .groupBy('cell', 'cell_name')
    .select('cell', 'cell_name')
    .count({ comments: '*', resolved: 'resolved_at' });

  const cells = new Map<string, DiscussedCell>();
  const has = cellsIn(plan);
  const entry = (row: { cell: string; cell_name: string }) => {
    const known = cells.get(row.cell);
    if (known) return known;
    const cell = parseCellName(row.cell_name);
    if (!has(cell)) return undefined;
    const fresh = { ...cell, labels: [], open: 0, comments: 0 };
    cells.set(row.cell, fresh);
    return fresh;
  };
  const keys = new Map(plan.scenarios.map(({ id, key }) => [id, key]));
  for (const row of labels) {
    const cell = entry(row);
    if (cell && keys.get(cell.scenario) === row.scenario_key) {
      cell.labels.push(row.label);
    }
  }
  for (const row of comments) {
    const cell = entry(row);
    if (!cell) continue;
    cell.comments = Number(row.comments);
    cell.open = cell.comments - Number(row.resolved);
  }
  return {
    items: page.flatMap(digest => {
      const cell = cells.get(digest);
      // Nothing but labels of a former version of the scenario.
      return cell && cell.labels.length + cell.comments > 0 ? [cell] : [];
    }),
    nextCursor: digests.length > limit ? page[page.length - 1] : undefined,
  };
}

/** The cells of a plan that have one of these labels, as the scenarios are there. */
export async function readLabelledCells(
  knex: Knex,
  query: { seriesId: number; plan: RunPlan; labels: readonly string[] },
): Promise<CommentedCell[]> {
  const rows = await knex<ItemLabelRow>('item_labels')
    .where({ series_id: query.seriesId })
    .whereIn('label', query.labels)
    .distinct('cell_name', 'scenario_key');
  const has = cellsIn(query.plan);
  const keys = new Map(query.plan.scenarios.map(({ id, key }) => [id, key]));
  return rows.flatMap(row => {
    const cell = parseCellName(row.cell_name);
    const isCurrent = keys.get(cell.scenario) === row.scenario_key;
    return isCurrent && has(cell) ? [cell] : [];
  });
}

function cellsIn(plan: RunPlan): (cell: CommentedCell) => boolean {
  const scenarios = new Map(plan.scenarios.map(each => [each.id, each]));
  const regions = new Set(plan.regions);
  return ({ scenario, provider, region, variant }) => {
    const found = scenarios.get(scenario);
    return (
      found !== undefined &&
      variant < found.variants &&
      regions.has(region) &&
      found.providers.some(index => plan.providers[index].id === provider)
    );
  };
}
