import {
  LeaseRequest,
  LeaseResponse,
} from '@backstage-arena/plugin-arena-common';
import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { endIntake, readTakesLateRows } from '../datasets/intakeEnd';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow } from '../runs/tables';
import { writeContents } from './leaseContents';
import { hasOpenLeases, takeLeasesAway } from './openLeases';
import { QueueContext } from './QueueContext';

/**
 * Gives the writing of the reports to one worker, or to nobody while another has it or its time has not come. Who lacks what the output
 * takes does not get it.
 */
export async function grantFinalize(
  context: QueueContext,
  run: PlannedRun,
  head: RunRow,
  request: LeaseRequest,
): Promise<LeaseResponse | undefined> {
  const { options } = context;
  const now = context.clock.now().getTime();
  // A folder beside the backend takes nothing.
  const open = !run.pins.output || run.outputDirectory !== undefined;
  if (!open && request.outputReady === false) return undefined;
  if (head.finalize_lease || Number(head.finalize_not_before) > now) {
    return undefined;
  }
  const isDataset = run.pins.dataset !== undefined;
  if (isDataset && (await awaitsRows(context.knex, head, now))) {
    return undefined;
  }
  const leaseId = randomUUID();
  return transact(context.knex, async tx => {
    const unfinished = isDataset ? await takeLeasesAway(tx, run.seq, now) : 0;
    const [row] = await tx<RunRow>('runs')
      .where({ seq: run.seq, state: 'Finalizing' })
      .whereNull('finalize_lease')
      .andWhere('finalize_not_before', '<=', now)
      .update({
        finalize_lease: leaseId,
        next_fence: tx.raw('next_fence + 1'),
        ...(isDataset && { leased: 0 }),
      })
      .returning(['next_fence']);
    if (!row) return undefined;
    if (isDataset) await endIntake(tx, { runSeq: run.seq, unfinished });
    const fence = Number(row.next_fence);
    await tx<RunLeaseRow>('run_leases').insert({
      lease_id: leaseId,
      run_seq: run.seq,
      worker_id: request.workerId,
      kind: 'finalize',
      fence,
      granted_at: now,
      expires_at: now + options.leaseTtlMs,
      ...writeContents({ remaining: [], started: [] }),
    });
    return {
      state: 'finalize' as const,
      leaseId,
      fence,
      ttlMs: options.leaseTtlMs,
      formats: run.pins.outputFormats,
      outputDirectory: run.outputDirectory,
      allowedHosts: [...options.allowedHosts],
    };
  });
}

/** Attempts under way may still bring rows, which belong into the reports. */
async function awaitsRows(
  knex: Knex,
  head: RunRow,
  now: number,
): Promise<boolean> {
  return (
    (await readTakesLateRows(knex, head, now)) &&
    (await hasOpenLeases(knex, head.seq))
  );
}
