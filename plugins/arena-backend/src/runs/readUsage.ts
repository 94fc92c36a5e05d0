import { Knex } from 'knex';
import { OPEN_STATES, RunRow } from './tables';

/** A run that is not closed. */
export interface OpenRun {
  runId: string;
  namespace: string;
  jobName: string;
  jobUid: string;
  /** Most workers at a time. */
  workers: number;
}

/** Where runs are counted. */
export interface UsageScope {
  cluster: string;
  namespace: string;
}

/** The runs of a cluster, or of one of its namespaces, that are not closed, oldest first. */
export async function readOpenRuns(
  knex: Knex,
  scope: Pick<UsageScope, 'cluster'> & Partial<UsageScope>,
): Promise<OpenRun[]> {
  const rows = await knex<RunRow>('runs')
    .whereIn('state', OPEN_STATES)
    .andWhere(scope)
    .orderBy('seq')
    .select('run_id', 'namespace', 'job_name', 'job_uid', 'max_workers');
  return rows.map(row => ({
    runId: row.run_id,
    namespace: row.namespace,
    jobName: row.job_name,
    jobUid: row.job_uid,
    workers: row.max_workers ?? 1,
  }));
}

/** What the calls of the runs of a namespace have cost that ended since, or are open. */
export async function readSpent(
  knex: Knex,
  scope: UsageScope,
  since: Date,
): Promise<number> {
  const sum = async (query: Knex.QueryBuilder) =>
    Number((await query.where(scope).sum({ cost: 'cost' }).first())?.cost ?? 0);
  const open = await sum(knex('runs').whereIn('state', OPEN_STATES));
  const closed = await sum(
    knex('runs')
      .where({ state: 'Closed' })
      .andWhere('finished_at', '>=', since.getTime()),
  );
  return open + closed;
}
