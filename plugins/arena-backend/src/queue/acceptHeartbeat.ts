import { NotFoundError } from '@backstage/errors';
import {
  HeartbeatRequest,
  HeartbeatResponse,
} from '@backstage-arena/plugin-arena-common';
import { transact } from '../database/transact';
import { readTakesLateRows } from '../datasets/intakeEnd';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow, RunWorkerRow } from '../runs/tables';
import {
  leaseExpiry,
  markStarted,
  readContents,
  writeContents,
} from './leaseContents';
import { lockLease } from './lockLease';
import { QueueContext } from './QueueContext';

/** Keeps leases alive and notes what has started. */
export async function acceptHeartbeat(
  context: QueueContext,
  run: PlannedRun,
  request: HeartbeatRequest,
): Promise<HeartbeatResponse> {
  const { knex, options } = context;
  const now = context.clock.now().getTime();
  return transact(knex, async tx => {
    const [worker] = await tx<RunWorkerRow>('run_workers')
      .where({ run_seq: run.seq, worker_id: request.workerId })
      .update({ seen_at: now })
      .returning(['draining']);
    const head = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .first('seq', 'state', 'budget_exhausted');
    if (!head) throw new NotFoundError(`Run '${run.runId}' does not exist`);

    const isFinishing = run.pins.dataset
      ? await readTakesLateRows(tx, head, now)
      : head.state === 'Running' && Boolean(head.budget_exhausted);
    const kept = new Map<string, number>();
    // In one order for everybody, or two heartbeats of a worker could wait for each other.
    const wanted = [...request.leases].sort((a, b) =>
      a.leaseId < b.leaseId ? -1 : 1,
    );
    for (const { leaseId, fence, started } of wanted) {
      const lease = await lockLease(
        tx,
        { runSeq: run.seq, leaseId, fence, workerId: request.workerId },
        now + options.leaseTtlMs,
      );
      const alive =
        lease &&
        (lease.kind === 'work'
          ? head.state === 'Running' || isFinishing
          : head.state === 'Finalizing');
      if (!alive) continue;
      const contents = markStarted(readContents(lease), started, now);
      const expiresAt = leaseExpiry(contents, {
        now,
        ttlMs: options.leaseTtlMs,
        itemTimeoutMs: run.pins.itemTimeoutMs,
      });
      await tx<RunLeaseRow>('run_leases')
        .where({ lease_id: leaseId })
        .update({ ...writeContents(contents), expires_at: expiresAt });
      if (expiresAt > now) kept.set(leaseId, expiresAt - now);
    }
    return {
      leases: request.leases.map(({ leaseId }) => ({
        leaseId,
        ttlMs: kept.get(leaseId),
        lost: !kept.has(leaseId),
      })),
      command: commandOf(head.state, {
        draining: Boolean(worker?.draining),
        isFinishing,
      }),
    };
  });
}

/** While reports are being written, a worker that lost its work is still needed to write them. */
function commandOf(
  state: RunRow['state'],
  { draining, isFinishing }: { draining: boolean; isFinishing: boolean },
): HeartbeatResponse['command'] {
  if (state === 'Closed') return 'cancel';
  if (draining) return 'drain';
  return isFinishing ? 'finish' : 'continue';
}
