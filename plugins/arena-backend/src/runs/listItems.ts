import { InputError } from '@backstage/errors';
import {
  RunItemsPage,
  RunItemsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { toRunItem } from './itemRows';
import { CellSelection, isSelected, narrowed } from './CellSelection';
import { decodeCursor, encodeCursor, ItemsCursor } from './itemsCursor';
import { estimateItems, isFiltered, toItemsFilter } from './itemsFilter';
import { ItemsPageRequest, ORDER_COLUMNS } from './ItemsPageRequest';
import { listByIndex } from './listByIndex';
import { listByValue } from './listByValue';
import { PlannedRun } from './PlannedRun';
import { DbInteger, RunItemRow, RunRow } from './tables';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
/** Items that one request looks at for those of a selection of cells. */
const MAX_LOOKED_AT = 20_000;

/**
 * One page of a run's finished items. Its cost depends on the size of the page, not on that of the run. Of a selection of cells a page may
 * be short, though others follow: as many items are looked at, and no more.
 */
export async function listItems(
  knex: Knex,
  run: PlannedRun,
  query: RunItemsQuery,
  cells: CellSelection = {},
): Promise<RunItemsPage> {
  const asked = narrowed(query, cells);
  if (!asked) return { items: [] };
  const request = await readRequest(knex, run, asked);
  if (request.estimate?.matches === 0) return { items: [] };
  const { rows, next } = await readRows(knex, run, request, cells);
  const head = await knex<RunRow>('runs')
    .where({ seq: run.seq })
    .first('transcripts_pruned');
  const transcriptsPruned = Boolean(head?.transcripts_pruned);
  return {
    items: rows.map(row => toRunItem(run, row, { transcriptsPruned })),
    nextCursor: next && encodeCursor(next),
  };
}

async function readRows(
  knex: Knex,
  run: PlannedRun,
  request: ItemsPageRequest,
  cells: CellSelection,
): Promise<{ rows: RunItemRow[]; next?: ItemsCursor }> {
  const { limit } = request;
  const read = request.orderBy === 'index' ? listByIndex : listByValue;
  const matches = isSelected(run, cells);
  const isSparse = cells.only !== undefined || cells.except !== undefined;
  // One more than asked for tells whether there is another page.
  const step = isSparse ? Math.max(limit + 1, MAX_LIMIT) : limit + 1;
  const found: RunItemRow[] = [];
  let { after } = request;
  for (let seen = 0; seen < MAX_LOOKED_AT; seen += step) {
    const rows = await read(knex, run, { ...request, after, limit: step });
    found.push(...rows.filter(matches));
    if (found.length > limit) {
      const page = found.slice(0, limit);
      return { rows: page, next: cursorAt(request, page[limit - 1]) };
    }
    if (rows.length < step) return { rows: found };
    after = cursorAt(request, rows[rows.length - 1]);
  }
  return { rows: found, next: after };
}

function cursorAt(
  { orderBy, desc }: ItemsPageRequest,
  row: RunItemRow,
): ItemsCursor {
  return {
    by: orderBy,
    desc,
    value: Number(row[ORDER_COLUMNS[orderBy]] as DbInteger),
    index: Number(row.idx),
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
