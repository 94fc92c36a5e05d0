import { InputError } from '@backstage/errors';
import { ReleaseRequest } from '@backstage-arena/plugin-arena-common';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow } from '../runs/tables';
import { endLease } from './endLease';
import {
  finalizeFailed,
  finalizeReturned,
  finalizeSucceeded,
} from './finalizeOutcome';
import { markStarted, readContents } from './leaseContents';
import { lockLease, lostLease } from './lockLease';
import { QueueContext } from './QueueContext';

/** Takes a lease back from a worker that gives it up, or that has written the reports. */
export async function releaseLease(
  context: QueueContext,
  run: PlannedRun,
  request: ReleaseRequest,
): Promise<void> {
  const { knex, clock } = context;
  const now = clock.now().getTime();
  await transact(knex, async tx => {
    const lease = await lockLease(tx, { ...request, runSeq: run.seq }, now);
    if (!lease) throw lostLease(request.leaseId);
    if (lease.kind === 'work') {
      if (request.finalize) {
        throw new InputError(
          'finalize: this lease is for items, not for writing the reports',
        );
      }
      await endLease(tx, context, {
        run,
        lease,
        contents: markStarted(readContents(lease), request.started, now),
        now,
        backoff: false,
        reason: 'it was stopped while the item was running',
      });
      return;
    }
    const head = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .first('finalize_lease');
    if (head?.finalize_lease !== lease.lease_id) {
      throw lostLease(request.leaseId);
    }
    await tx<RunLeaseRow>('run_leases')
      .where({ lease_id: lease.lease_id })
      .delete();
    const leaseId = lease.lease_id;
    if (!request.finalize) {
      await finalizeReturned(tx, { run, leaseId });
    } else if (request.finalize.ok) {
      const { files } = request.finalize;
      await finalizeSucceeded(tx, { run, leaseId, now, files });
    } else {
      const failure = request.finalize;
      await finalizeFailed(tx, context, { run, leaseId, now, failure });
    }
  });
}
