import { ItemStatus } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RunItemRow, statusCode } from './tables';

const PAGE = 500;

/** Rows of finished items in order of index, in pages: each is a query of its own, and nothing is held between them. */
export async function* readItemRows(
  knex: Knex,
  runSeq: number,
  options: {
    from?: number;
    /** Exclusive. */
    to?: number;
    status?: readonly ItemStatus[];
    /** Only the first few of each so many items that follow one another. */
    firstOf?: { count: number; of: number };
    /** Absent: all. */
    columns?: Array<keyof RunItemRow>;
  } = {},
): AsyncIterable<RunItemRow[]> {
  let next = options.from ?? 0;
  for (;;) {
    const query = knex('run_items')
      .where({ run_seq: runSeq })
      .andWhere('idx', '>=', next)
      .orderBy('idx')
      .limit(PAGE);
    if (options.to !== undefined) query.andWhere('idx', '<', options.to);
    if (options.status) {
      query.whereIn('status', options.status.map(statusCode));
    }
    if (options.firstOf) {
      const { count, of } = options.firstOf;
      query.andWhereRaw('idx % ? < ?', [of, count]);
    }
    const rows: RunItemRow[] = await query.select(
      ...(options.columns ?? ['*']),
    );
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    next = Number(rows[rows.length - 1].idx) + 1;
  }
}
