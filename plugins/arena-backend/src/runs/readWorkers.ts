import { RunWorker } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RunWorkerRow } from './tables';

/** The workers that have registered with a run, in order of their names. */
export async function readWorkers(
  knex: Knex,
  options: {
    runSeq: number;
    /** Who was not heard of after this time, in milliseconds, is gone. */
    silentSince: number;
  },
): Promise<RunWorker[]> {
  const rows = await knex<RunWorkerRow>('run_workers')
    .where({ run_seq: options.runSeq })
    .orderBy('worker_id');
  return rows.map(row => ({
    id: row.worker_id,
    state: Number(row.seen_at) > options.silentSince ? 'running' : 'gone',
    host: row.host,
    pid: row.pid === null ? undefined : Number(row.pid),
    restarts: row.registrations - 1,
    lastHeartbeatAt: new Date(Number(row.seen_at)).toISOString(),
  }));
}
