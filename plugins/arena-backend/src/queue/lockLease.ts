import { ConflictError } from '@backstage/errors';
import { Knex } from 'knex';
import { RunLeaseRow } from '../runs/tables';

/** Names a lease as its holder knows it. */
export interface LeaseKey {
  runSeq: number;
  leaseId: string;
  fence: number;
  workerId: string;
}

/**
 * Locks a lease and says that its holder was heard of. The first write of a transaction, on every database: an update locks a row
 * of PostgreSQL, and makes a transaction of SQLite a writer from the start.
 *
 * @returns undefined when the lease is lost or the fencing token is an old one.
 */
export async function lockLease(
  tx: Knex.Transaction,
  key: LeaseKey,
  expiresAt: number,
): Promise<RunLeaseRow | undefined> {
  const [row] = await tx<RunLeaseRow>('run_leases')
    .where({
      lease_id: key.leaseId,
      run_seq: key.runSeq,
      fence: key.fence,
      worker_id: key.workerId,
    })
    .update({ expires_at: expiresAt })
    .returning('*');
  return row;
}

/** The answer to whoever comes with a lost lease. */
export function lostLease(leaseId: string): ConflictError {
  return new ConflictError(
    `Lease '${leaseId}' is lost: it ran out, was given back, or never was this worker's`,
  );
}
