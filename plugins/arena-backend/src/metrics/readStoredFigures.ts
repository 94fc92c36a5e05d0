import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { RunEventDeliveryRow } from '../runEvents/tables';
import { OPEN_STATES, RunLeaseRow, RunRow, RunWorkerRow } from '../runs/tables';
import { SnapshotRow } from '../snapshots/tables';

/** What the database says of work that is under way, in all clusters. */
export interface StoredFigures {
  runs: Array<{
    cluster: string;
    type: string;
    state: 'Running' | 'Finalizing';
    count: number;
    /** Items that are still to be leased. */
    waiting: number;
    leased: number;
  }>;
  leases: Array<{ cluster: string; kind: RunLeaseRow['kind']; count: number }>;
  /** Heard of lately. */
  workers: Array<{ cluster: string; count: number }>;
  deliveries: Array<{ target: string; count: number }>;
  snapshotBytes: number;
}

/**
 * Reads the figures; with indexes, and never the rows of items.
 *
 * @param options.silentSince - milliseconds; workers that were not heard of since are gone
 */
export async function readStoredFigures(
  knex: Knex,
  options: { silentSince: number },
): Promise<StoredFigures> {
  const type = isPostgres(knex)
    ? "(pins::json ->> 'type')"
    : "json_extract(pins, '$.type')";
  const runs: StoredFigures['runs'] = await knex('runs')
    .join('run_plans', 'run_plans.run_seq', 'runs.seq')
    .whereIn('state', OPEN_STATES)
    .groupBy('cluster', 'state', 'type')
    .select('cluster', 'state', knex.raw(`${type} as type`))
    .select(
      knex.raw('count(*) as count'),
      knex.raw(
        "sum(case when state = 'Running' and not budget_exhausted and total > passed + failed + errored + leased then total - passed - failed - errored - leased else 0 end) as waiting",
      ),
      knex.raw('sum(leased) as leased'),
    );
  const leases = await knex<RunLeaseRow>('run_leases')
    .join<RunRow>('runs', 'runs.seq', 'run_leases.run_seq')
    // Those with nothing left are kept for repeated reports.
    .whereNot(query => query.where({ kind: 'work', remaining: '[]' }))
    .groupBy('cluster', 'kind')
    .select('cluster', 'kind')
    .count({ count: '*' });
  const workers = await knex<RunRow>('runs')
    .join<RunWorkerRow>('run_workers', 'run_workers.run_seq', 'runs.seq')
    .whereIn('state', OPEN_STATES)
    .andWhere('seen_at', '>', options.silentSince)
    .groupBy('cluster')
    .select('cluster')
    .count({ count: '*' });
  const deliveries = await knex<RunEventDeliveryRow>('run_event_deliveries')
    .groupBy('target')
    .select('target')
    .count({ count: '*' });
  const stored = await knex<SnapshotRow>('snapshots')
    .sum({ size: 'size' })
    .first();
  return {
    runs: runs.map(row => ({
      ...row,
      count: Number(row.count),
      waiting: Number(row.waiting),
      leased: Number(row.leased),
    })),
    leases: leases.map(row => ({ ...row, count: Number(row.count) })),
    workers: workers.map(row => ({ ...row, count: Number(row.count) })),
    deliveries: deliveries.map(row => ({ ...row, count: Number(row.count) })),
    snapshotBytes: Number(stored?.size ?? 0),
  };
}
