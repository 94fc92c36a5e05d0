import { Knex } from 'knex';
import { RunItemRow, RunRow } from '../runs/tables';
import { RunVerdictRow } from './tables';

/**
 * Figures of a run that trends show. They are computed once, when it has ended, by the database: times by the index of their order, cells
 * by one sum.
 */
export async function readFigures(
  knex: Knex,
  seq: number,
): Promise<Pick<RunVerdictRow, 'cells' | 'flaky_cells' | 'p50_ms' | 'p95_ms'>> {
  const sums: { cells: number | string; flaky: number | string | null } =
    await knex('run_cells')
      .where({ run_seq: seq })
      .first(
        knex.raw('count(*) as cells'),
        knex.raw(
          'sum(case when passed > 0 and failed + errored - coalesce(unjudged, errored) > 0 then 1 else 0 end) as flaky',
        ),
      );
  const run = await knex<RunRow>('runs')
    .where({ seq })
    .first('passed', 'failed', 'errored');
  const items = run
    ? Number(run.passed) + Number(run.failed) + Number(run.errored)
    : 0;
  return {
    cells: Number(sums.cells),
    flaky_cells: Number(sums.flaky ?? 0),
    p50_ms: await percentile(0.5),
    p95_ms: await percentile(0.95),
  };

  /** By nearest rank, from the end that is nearer. */
  async function percentile(share: number): Promise<number | null> {
    if (items === 0) return null;
    const rank = Math.max(1, Math.ceil(share * items));
    const fromEnd = items - rank;
    const [direction, offset] =
      fromEnd < rank ? ['desc', fromEnd] : ['asc', rank - 1];
    const row = await knex<RunItemRow>('run_items')
      .where({ run_seq: seq })
      .orderBy([
        { column: 'duration_ms', order: direction as 'asc' },
        { column: 'idx', order: direction as 'asc' },
      ])
      .offset(Number(offset))
      .first('duration_ms');
    return row?.duration_ms ?? null;
  }
}
