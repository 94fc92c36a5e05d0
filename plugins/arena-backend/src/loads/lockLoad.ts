import { NotFoundError } from '@backstage/errors';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLoadRow } from './tables';

/**
 * Locks the load test of a run: whatever concerns it happens one after the other. The first write of each transaction.
 *
 * @throws NotFoundError when the run has none
 */
export async function lockLoad(
  tx: Knex.Transaction,
  run: Pick<PlannedRun, 'runId' | 'seq'>,
): Promise<RunLoadRow> {
  const [row] = await tx<RunLoadRow>('run_loads')
    .where({ run_seq: run.seq })
    .update({ version: tx.raw('version + 1') })
    .returning('*');
  if (!row) throw noLoad(run.runId);
  return row;
}

export function noLoad(runId: string): NotFoundError {
  return new NotFoundError(`Run '${runId}' is no load test`);
}
