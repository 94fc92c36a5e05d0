import { ItemError } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { readTakesLateRows } from '../datasets/intakeEnd';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow } from '../runs/tables';
import { finalizeFailed } from './finalizeOutcome';
import { LeaseContents, StartedItem } from './leaseContents';
import { QueueContext } from './QueueContext';
import { returnItems } from './returnItems';
import { retryDelay } from './retryPolicy';

/** Ends a lease that is locked: its items become free, or its finalisation counts as failed. */
export async function endLease(
  tx: Knex.Transaction,
  context: QueueContext,
  options: {
    run: PlannedRun;
    lease: RunLeaseRow;
    contents: LeaseContents;
    now: number;
    /** Whether the next attempt of items that had started waits. */
    backoff: boolean;
    reason: string;
  },
): Promise<void> {
  const { run, lease, contents, now, reason } = options;
  await tx<RunLeaseRow>('run_leases')
    .where({ lease_id: lease.lease_id })
    .delete();
  if (lease.kind === 'finalize') {
    await finalizeFailed(tx, context, {
      run,
      leaseId: lease.lease_id,
      now,
      failure: { ok: false, message: reason },
    });
    return;
  }
  if (contents.remaining.length === 0) return;
  // A run that ended in the meantime has given up its items. The row is not locked here: `returnItems` notices a change.
  const head = await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .first('seq', 'state');
  if (!head) return;
  const isAwaited =
    head.state === 'Running' ||
    (run.pins.dataset !== undefined &&
      (await readTakesLateRows(tx, head, now)));
  if (!isAwaited) return;
  await returnItems(tx, {
    run,
    lease,
    remaining: contents.remaining,
    started: contents.started,
    now,
    error: ([, time]: StartedItem): ItemError => {
      const hung = now - time >= run.pins.itemTimeoutMs;
      return {
        class: hung ? 'timeout' : 'engine',
        message: hung
          ? `The item did not end within ${run.pins.itemTimeoutMs} ms on worker '${lease.worker_id}'`
          : `Worker '${lease.worker_id}' did not finish the item: ${reason}`,
        retryable: true,
      };
    },
    delay: attempt =>
      options.backoff ? retryDelay(context.options, attempt) : 0,
  });
}
