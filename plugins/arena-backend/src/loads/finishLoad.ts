import { LoadReport } from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { dropSnapshot } from './loadSnapshots';
import { lockLoad } from './lockLoad';
import { RunLoadRow } from './tables';
import { encodeReport, storeReport } from './storedReport';
import { LoadProgress, storeProgress } from './writeProgress';

/**
 * Stores the final report of a load test; what is left is to write its files.
 *
 * @param progress - absent: what was counted stays
 */
export async function finishLoad(
  { knex, clock }: { knex: Knex; clock: Clock },
  run: PlannedRun,
  { report, progress }: { report: LoadReport; progress?: LoadProgress },
): Promise<void> {
  const encoded = await encodeReport(report);
  const now = clock.now().getTime();
  await transact(knex, async tx => {
    const load = await lockLoad(tx, run);
    if (load.state === 'over') return;
    if (progress) {
      const { total, passed } = progress.counters;
      await storeProgress(tx, run, {
        ...progress,
        // Nobody knows what became of the rest.
        counters: { ...progress.counters, errored: total - passed, pending: 0 },
      });
    }
    await tx<RunLoadRow>('run_loads')
      .where({ run_seq: run.seq })
      .update({ state: 'over' });
    await storeReport(tx, run.seq, encoded);
    await dropSnapshot(tx, run.seq);
    await tx<RunRow>('runs')
      .where({ seq: run.seq, state: 'Running' })
      .update({ state: 'Finalizing', leased: 0, finalize_not_before: now });
  });
}
