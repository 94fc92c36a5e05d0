import { ConflictError, InputError } from '@backstage/errors';
import {
  DatasetBudgetRequest,
  DatasetBudgetResponse,
  DatasetProfile,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { grantBudget } from '../loads/grantBudget';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { awaitLateRows } from './intakeEnd';
import { RunDatasetBudgetRow, RunDatasetRow } from './tables';

/**
 * Lets a worker spend more, where it needs it and something is left. Nothing is given back: what all were granted bounds what is spent, whatever
 * becomes of the workers. When a call does not fit any more, no attempt is begun any more; those that are under way
 * may still bring their rows.
 *
 * @throws ConflictError when the run is over
 */
export async function lendBudget(
  { knex, clock }: { knex: Knex; clock: Clock },
  run: PlannedRun,
  profile: DatasetProfile,
  request: DatasetBudgetRequest,
): Promise<DatasetBudgetResponse> {
  const { budgetLimit: limit } = profile;
  if (limit === undefined) {
    throw new InputError(`Run '${run.runId}' has no budget`);
  }
  const { workerId, instance, wanted, missing } = request;
  const process = { run_seq: run.seq, worker_id: workerId, instance };
  return transact(knex, async tx => {
    // The lock of the run: grants come one after the other, and none after the end.
    const [head] = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({ version: tx.raw('version + 1') })
      .returning(['state']);
    if (!head || head.state === 'Closed') {
      throw new ConflictError(`Run '${run.runId}' is over`);
    }
    const all = await tx<RunDatasetBudgetRow>('run_dataset_budgets').where({
      run_seq: run.seq,
    });
    const own =
      all.find(
        each => each.worker_id === workerId && each.instance === instance,
      )?.granted ?? 0;
    if (head.state !== 'Running') return { granted: own, exhausted: true };
    // What it has not received yet is what it gets first.
    if (request.granted < own) return { granted: own, exhausted: false };
    const more = grantBudget({
      limit,
      granted: all.reduce((sum, { granted }) => sum + granted, 0),
      workers: run.pins.workers ?? 1,
      wanted,
      missing,
    });
    if (more > 0) {
      await tx<RunDatasetBudgetRow>('run_dataset_budgets')
        .insert({ ...process, granted: own + more })
        .onConflict(['run_seq', 'worker_id', 'instance'])
        .merge(['granted']);
      return { granted: own + more, exhausted: false };
    }
    if (!missing) return { granted: own, exhausted: false };
    await tx<RunDatasetRow>('run_datasets')
      .where({ run_seq: run.seq })
      .update({ ended_by: 'budget' });
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({ state: 'Finalizing' });
    // Others may still have what their last calls need.
    await awaitLateRows(tx, {
      runSeq: run.seq,
      until: clock.now().getTime() + run.pins.itemTimeoutMs,
    });
    return { granted: own, exhausted: true };
  });
}
