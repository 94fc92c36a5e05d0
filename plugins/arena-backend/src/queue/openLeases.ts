import { Knex } from 'knex';
import { RunLeaseRow, RunPendingRow } from '../runs/tables';
import { readContents } from './leaseContents';

/** As `writeContents` has it. */
const NOTHING = '[]';

/** Whether items of a run are under lease. */
export async function hasOpenLeases(
  knex: Knex,
  runSeq: number,
): Promise<boolean> {
  const lease = await knex<RunLeaseRow>('run_leases')
    .where({ run_seq: runSeq, kind: 'work' })
    .whereNot({ remaining: NOTHING })
    .first('lease_id');
  return lease !== undefined;
}

/**
 * Takes away what is left to do of a run that makes no more attempts. The leases go first, as everywhere.
 *
 * @returns how many items had begun and were not finished, as far as workers have told
 */
export async function takeLeasesAway(
  tx: Knex.Transaction,
  runSeq: number,
  now: number,
): Promise<number> {
  const held = { run_seq: runSeq, kind: 'work' as const };
  // A write that locks them: SQLite does not tell what it deleted.
  const leases = await tx<RunLeaseRow>('run_leases')
    .where(held)
    .update({ expires_at: now })
    .returning(['remaining', 'started']);
  await tx<RunLeaseRow>('run_leases').where(held).delete();
  const tried = await tx<RunPendingRow>('run_pending')
    .where({ run_seq: runSeq })
    .andWhere('attempt', '>', 1)
    .select('idx_from', 'idx_to');
  await tx<RunPendingRow>('run_pending').where({ run_seq: runSeq }).delete();
  return (
    leases.reduce((sum, lease) => sum + readContents(lease).started.length, 0) +
    tried.reduce(
      (sum, { idx_from: from, idx_to: to }) => sum + Number(to) - Number(from),
      0,
    )
  );
}
