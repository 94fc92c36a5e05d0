import { InputError } from '@backstage/errors';
import {
  RunItemsPage,
  RunItemsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { toRunItem } from './itemRows';
import { decodeCursor, encodeCursor } from './itemsCursor';
import { estimateItems, isFiltered, toItemsFilter } from './itemsFilter';
import { ItemsPageRequest, ORDER_COLUMNS } from './ItemsPageRequest';
import { listByIndex } from './listByIndex';
import { listByValue } from './listByValue';
import { PlannedRun } from './PlannedRun';
import { DbInteger, RunRow } from './tables';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** One page of a run's finished items. Its cost depends on the size of the page, not on that of the run. */
export async function listItems(
  knex: Knex,
  run: PlannedRun,
  query: RunItemsQuery,
): Promise<RunItemsPage> {
  const request = await readRequest(knex, run, query);
  if (request.estimate?.matches === 0) return { items: [] };
  // One more than asked for tells whether there is another page.
  const wanted = { ...request, limit: request.limit + 1 };
  const rows =
    request.orderBy === 'index'
      ? await listByIndex(knex, run, wanted)
      : await listByValue(knex, run, wanted);
  const page = rows.slice(0, request.limit);
  const last = page[page.length - 1];
  const head = await knex<RunRow>('runs')
    .where({ seq: run.seq })
    .first('transcripts_pruned');
  const transcriptsPruned = Boolean(head?.transcripts_pruned);
  return {
    items: page.map(row => toRunItem(run, row, { transcriptsPruned })),
    nextCursor:
      rows.length > request.limit
        ? encodeCursor({
            by: request.orderBy,
            desc: request.desc,
            value: Number(last[ORDER_COLUMNS[request.orderBy]] as DbInteger),
            index: Number(last.idx),
          })
        : undefined,
  };
}

async function readRequest(
  knex: Knex,
  run: PlannedRun,
  query: RunItemsQuery,
): Promise<ItemsPageRequest> {
  const { orderBy = 'index', order = 'asc', limit = DEFAULT_LIMIT } = query;
  if (!Object.hasOwn(ORDER_COLUMNS, orderBy)) {
    throw new InputError(
      `orderBy: '${orderBy}' is not allowed; allowed are ${Object.keys(
        ORDER_COLUMNS,
      ).join(', ')}`,
    );
  }
  if (order !== 'asc' && order !== 'desc') {
    throw new InputError(`order: '${order}' is neither asc nor desc`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InputError(
      `limit: ${limit} is not a whole number from 1 to ${MAX_LIMIT}`,
    );
  }
  const desc = order === 'desc';
  const filter = toItemsFilter(run, query);
  return {
    orderBy,
    desc,
    limit,
    filter,
    estimate: isFiltered(filter)
      ? await estimateItems(knex, run, filter)
      : undefined,
    after:
      query.cursor === undefined
        ? undefined
        : decodeCursor(query.cursor, { by: orderBy, desc }),
  };
}
