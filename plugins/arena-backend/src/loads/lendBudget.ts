import {
  LoadLeaseRequest,
  LoadProfile,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { grantBudget } from '../budgets/grantBudget';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLoadRow, RunLoadWorkerRow } from './tables';

/** What a worker may spend in all, more where it needs it. Within a transaction that has the lock on the load test. */
export async function lendBudget(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    load: RunLoadRow;
    profile: LoadProfile;
    worker: RunLoadWorkerRow;
    workers: number;
    asked: LoadLeaseRequest['budget'];
  },
): Promise<{ granted: number } | undefined> {
  const { run, load, profile, worker, workers, asked } = options;
  const limit = profile.budgetLimit;
  if (limit === undefined) return undefined;
  // What it has not received yet is what it gets first.
  if (!asked || asked.granted < worker.granted) {
    return { granted: worker.granted };
  }
  const { wanted, missing } = asked;
  const more = grantBudget({
    limit,
    granted: load.granted,
    workers,
    wanted,
    missing,
  });
  if (more > 0) {
    await tx<RunLoadRow>('run_loads')
      .where({ run_seq: run.seq })
      .update({ granted: load.granted + more });
    await tx<RunLoadWorkerRow>('run_load_workers')
      .where({
        run_seq: run.seq,
        worker_id: worker.worker_id,
        instance: worker.instance,
      })
      .update({ granted: worker.granted + more });
  } else if (missing) {
    await tx<RunLoadRow>('run_loads')
      .where({ run_seq: run.seq })
      .update({ exhausted: true });
  }
  return { granted: worker.granted + more };
}
