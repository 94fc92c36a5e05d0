import { Knex } from 'knex';
import { hiddenIn } from './hiddenIn';
import { ItemsPageRequest, ORDER_COLUMNS } from './ItemsPageRequest';
import { PlannedRun } from './PlannedRun';
import { RunItemRow } from './tables';

/** So many matches are read and sorted without being noticed. */
const SORTABLE = 20_000;
/** Of fewer than this part of the items, walking all in order would read too many that do not match. */
const RARE = 0.02;

/**
 * A page in order of a value.
 *
 * Few matches are found by an index of the filter and sorted; many are met soon enough on a walk along the index of the order.
 * Which of the two is decided here, by counters, because the planners have no such statistics on SQLite and old ones on
 * PostgreSQL. Adding 0 to a column hides it from the planner.
 */
export async function listByValue(
  knex: Knex,
  run: PlannedRun,
  request: ItemsPageRequest,
): Promise<RunItemRow[]> {
  const { desc, limit, after, filter, estimate } = request;
  const column = ORDER_COLUMNS[request.orderBy];
  const sort =
    estimate !== undefined &&
    (estimate.matches <= SORTABLE ||
      estimate.matches < RARE * estimate.finished);
  const ordered = sort ? `(${column} + 0)` : column;
  const direction = desc ? 'desc' : 'asc';

  const query = knex<RunItemRow>('run_items')
    .where({ run_seq: run.seq })
    .orderByRaw(`${ordered} ${direction}, idx ${direction}`)
    .limit(limit);
  if (after) {
    query.andWhereRaw(`(${ordered}, idx) ${desc ? '<' : '>'} (?, ?)`, [
      after.value,
      after.index,
    ]);
  }
  if (filter.statuses) {
    if (sort) query.whereIn('status', filter.statuses);
    else query.andWhere(hiddenIn(knex, 'status', filter.statuses));
  }
  if (filter.providers) {
    if (sort) query.whereIn('provider_ix', filter.providers);
    else query.andWhere(hiddenIn(knex, 'provider_ix', filter.providers));
  }
  if (filter.scenarios) {
    query.whereIn('scenario_ix', filter.scenarios);
    const { spans = [] } = estimate ?? {};
    if (spans.length > 0) {
      query.andWhere('idx', '>=', spans[0][0]);
      query.andWhere('idx', '<', spans[spans.length - 1][1]);
    }
  }
  return query.select('*');
}
