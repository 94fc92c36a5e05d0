import { Knex } from 'knex';
import { Span } from './itemsFilter';
import { hiddenIn } from './hiddenIn';
import { ItemsPageRequest } from './ItemsPageRequest';
import { indexLimit, PlannedRun } from './PlannedRun';
import { RunItemRow } from './tables';

/** More values than this are cheaper to filter while walking all items in order: then most items match anyway. */
const MAX_BRANCHES = 8;

/**
 * A page in order of index. Each query walks an index that is in that order and has only rows of one status or one provider;
 * ranges of scenarios without a match are left out.
 */
export async function listByIndex(
  knex: Knex,
  run: PlannedRun,
  request: ItemsPageRequest,
): Promise<RunItemRow[]> {
  const { desc, limit, after } = request;
  const all: Span[] = [[0, indexLimit(run)]];
  const spans = (request.estimate?.spans ?? all)
    .map(([from, to]): Span => {
      if (!after) return [from, to];
      return desc
        ? [from, Math.min(to, after.index)]
        : [Math.max(from, after.index + 1), to];
    })
    .filter(([from, to]) => from < to);
  if (desc) spans.reverse();
  const rows: RunItemRow[] = [];
  for (const span of spans) {
    if (rows.length >= limit) break;
    rows.push(
      ...(await listSpan(knex, run, request, span, limit - rows.length)),
    );
  }
  return rows;
}

async function listSpan(
  knex: Knex,
  run: PlannedRun,
  request: ItemsPageRequest,
  [from, to]: Span,
  limit: number,
): Promise<RunItemRow[]> {
  const { statuses, providers, scenarios } = request.filter;
  const branch = [
    { column: 'status' as const, values: statuses },
    { column: 'provider_ix' as const, values: providers },
  ]
    .filter(({ values }) => values && values.length <= MAX_BRANCHES)
    .sort((a, b) => a.values!.length - b.values!.length)[0];
  const pages = await Promise.all(
    (branch?.values ?? [undefined]).map(async value => {
      const query = knex<RunItemRow>('run_items')
        .where({ run_seq: run.seq })
        .andWhere('idx', '>=', from)
        .andWhere('idx', '<', to)
        .orderBy('idx', request.desc ? 'desc' : 'asc')
        .limit(limit);
      if (run.pins.dataset && scenarios) {
        query.andWhere(hiddenIn(knex, 'scenario_ix', scenarios));
      }
      if (branch && value !== undefined) query.andWhere(branch.column, value);
      // An expression, so that the database walks the index of the branch and no other.
      if (statuses && branch?.column !== 'status') {
        query.andWhere(hiddenIn(knex, 'status', statuses));
      }
      if (providers && branch?.column !== 'provider_ix') {
        query.andWhere(hiddenIn(knex, 'provider_ix', providers));
      }
      const rows: RunItemRow[] = await query.select('*');
      return rows;
    }),
  );
  const sign = request.desc ? -1 : 1;
  return pages
    .flat()
    .sort((a, b) => sign * (Number(a.idx) - Number(b.idx)))
    .slice(0, limit);
}
