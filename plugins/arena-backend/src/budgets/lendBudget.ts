import { ConflictError, InputError } from '@backstage/errors';
import {
  runBudgetOf,
  RunBudgetRequest,
  RunBudgetResponse,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { endByBudget } from '../datasets/endByBudget';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { grantBudget } from './grantBudget';
import { readGranted } from './readGranted';
import { RunBudgetGrantRow } from './tables';

/**
 * Lets a worker spend more, where it needs it and something is left. Nothing is given back: what all were granted bounds what is spent, whatever
 * becomes of the workers. When a call does not fit any more, nothing is begun any more; what is under way goes on with what its worker still has.
 *
 * @throws ConflictError when the run is over
 * @throws InputError when it has no budget
 */
export async function lendBudget(
  { knex, clock }: { knex: Knex; clock: Clock },
  run: PlannedRun,
  request: RunBudgetRequest,
): Promise<RunBudgetResponse> {
  const budget = runBudgetOf(run.pins);
  if (!budget) throw new InputError(`Run '${run.runId}' has no budget`);
  const { workerId, instance, wanted, missing } = request;
  const process = { run_seq: run.seq, worker_id: workerId, instance };
  return transact(knex, async tx => {
    // The lock of the run: grants come one after the other, and none after the end. A request that changes nothing is no new version.
    const [head] = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({ version: tx.ref('version') })
      .returning(['state', 'budget_exhausted', 'leased']);
    if (!head || head.state === 'Closed') {
      throw new ConflictError(`Run '${run.runId}' is over`);
    }
    const row = await tx<RunBudgetGrantRow>('run_budget_grants')
      .where(process)
      .first('granted');
    const own = row?.granted ?? 0;
    if (head.state !== 'Running' || head.budget_exhausted) {
      return { granted: own, exhausted: true };
    }
    // What it has not received yet is what it gets first.
    if (request.granted < own) return { granted: own, exhausted: false };
    const more = grantBudget({
      limit: budget.limit,
      granted: (await readGranted(tx, [run.seq])).get(run.seq) ?? 0,
      workers: run.pins.workers ?? 1,
      wanted,
      missing,
    });
    if (more > 0) {
      await tx<RunBudgetGrantRow>('run_budget_grants')
        .insert({ ...process, granted: own + more })
        .onConflict(['run_seq', 'worker_id', 'instance'])
        .merge(['granted']);
      await tx<RunRow>('runs')
        .where({ seq: run.seq })
        .update({ version: tx.raw('version + 1') });
      return { granted: own + more, exhausted: false };
    }
    if (!missing) return { granted: own, exhausted: false };
    // The reports of an evaluation wait for what is under way; that of a worker which lost its lease may have been the last.
    const isOver = run.pins.dataset !== undefined || Number(head.leased) <= 0;
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({
        budget_exhausted: true,
        version: tx.raw('version + 1'),
        ...(isOver && { state: 'Finalizing' }),
      });
    if (run.pins.dataset) {
      await endByBudget(tx, {
        runSeq: run.seq,
        // Others may still have what their last calls need.
        until: clock.now().getTime() + run.pins.itemTimeoutMs,
      });
    }
    return { granted: own, exhausted: true };
  });
}
