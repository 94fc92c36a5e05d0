import { Knex } from 'knex';
import { awaitLateRows } from './intakeEnd';
import { RunDatasetRow } from './tables';

/** Begins no attempt any more, for want of money; those that are under way may still bring their rows. The run must be locked. */
export async function endByBudget(
  tx: Knex.Transaction,
  options: { runSeq: number; until: number },
): Promise<void> {
  await tx<RunDatasetRow>('run_datasets')
    .where({ run_seq: options.runSeq })
    .update({ ended_by: 'budget' });
  await awaitLateRows(tx, options);
}
