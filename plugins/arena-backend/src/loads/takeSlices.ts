import { LOAD_LEAD_SECONDS } from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { assignSlices } from './assignSlices';
import { RunLoadRow, RunLoadSliceRow, RunLoadWorkerRow } from './tables';

/** Leases what is due next, and gives a worker all that it has not received. Within a transaction that has the lock on the load test. */
export async function takeSlices(
  tx: Knex.Transaction,
  options: {
    run: PlannedRun;
    load: RunLoadRow;
    worker: RunLoadWorkerRow;
    nowMs: number;
    received: number;
    endMs: number;
    /** Among how many seconds are split. */
    workers: number;
    /** The worker takes more. */
    isOpen: boolean;
  },
): Promise<RunLoadSliceRow[]> {
  const { run, load, worker, nowMs, received, endMs } = options;
  const { worker_id: workerId, instance } = worker;
  if (options.isOpen) {
    // What lies behind is not given to anybody: it could only be dropped.
    const current = Math.max(0, Math.floor(nowMs / 1_000));
    const first = Math.max(load.next_second, current);
    const end = Math.min(
      Math.floor(nowMs / 1_000) + LOAD_LEAD_SECONDS + 1,
      Math.ceil(endMs / 1_000),
    );
    const shares = Math.max(1, options.workers);
    const created: RunLoadSliceRow[] = [];
    for (let second = first; second < end; second += 1) {
      for (let share = 0; share < shares; share += 1) {
        created.push({
          run_seq: run.seq,
          second,
          share,
          shares,
          worker_id: null,
          instance: null,
          number: null,
        });
      }
    }
    if (created.length > 0) {
      await tx<RunLoadSliceRow>('run_load_slices').insert(created);
      await tx<RunLoadRow>('run_loads')
        .where({ run_seq: run.seq })
        .update({ next_second: end });
    }
    const open = await tx<RunLoadSliceRow>('run_load_slices')
      .where({ run_seq: run.seq })
      .andWhere('second', '>=', current)
      .orderBy(['second', 'share']);
    const assigned = assignSlices(
      open.map(({ second, share, shares: of, ...row }) => ({
        second,
        share,
        shares: of,
        owner:
          row.worker_id === null
            ? undefined
            : `${row.worker_id}/${row.instance}`,
      })),
      `${workerId}/${instance}`,
      nowMs,
    );
    let number = worker.given;
    for (const { second, share } of assigned) {
      await tx<RunLoadSliceRow>('run_load_slices')
        .where({ run_seq: run.seq, second, share })
        .update({ worker_id: workerId, instance, number });
      number += 1;
    }
    if (assigned.length > 0) {
      await tx<RunLoadWorkerRow>('run_load_workers')
        .where({ run_seq: run.seq, worker_id: workerId, instance })
        .update({ given: number });
    }
  }
  return tx<RunLoadSliceRow>('run_load_slices')
    .where({ run_seq: run.seq, worker_id: workerId, instance })
    .andWhere('number', '>=', received)
    .orderBy('number');
}
