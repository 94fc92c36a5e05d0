import { InputError, NotFoundError } from '@backstage/errors';
import {
  LeaseRequest,
  LeaseResponse,
} from '@backstage-arena/plugin-arena-common';
import {
  attemptsWanted,
  DatasetProfile,
} from '@backstage-arena/plugin-arena-common/datagen';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { retryWhileBusy, transact } from '../database/transact';
import { readTakesLateRows } from '../datasets/intakeEnd';
import { readTally } from '../datasets/readTally';
import { PlannedRun } from '../runs/PlannedRun';
import { RunLeaseRow, RunRow, RunWorkerRow } from '../runs/tables';
import { claimPending } from './claimPending';
import { grantFinalize } from './grantFinalize';
import { countItems, ItemRange, normalizeRanges } from './itemRanges';
import { writeContents } from './leaseContents';
import { leaseSize } from './leaseSize';
import { QueueContext } from './QueueContext';

/** Gives out work, the writing of the reports, or nothing. */
export async function grantLease(
  context: QueueContext,
  run: PlannedRun,
  request: LeaseRequest,
): Promise<LeaseResponse> {
  const { knex } = context;
  const now = context.clock.now().getTime();
  const seen = await retryWhileBusy(async () =>
    knex<RunWorkerRow>('run_workers')
      .where({ run_seq: run.seq, worker_id: request.workerId })
      .update({ seen_at: now }),
  );
  const head = await knex<RunRow>('runs').where({ seq: run.seq }).first();
  if (!head) throw new NotFoundError(`Run '${run.runId}' does not exist`);
  if (head.state === 'Closed') return closed(head);
  if (seen === 0) {
    throw new InputError(
      `workerId: '${request.workerId}' is not registered with run '${run.runId}'; register first`,
    );
  }
  const isDone =
    head.state === 'Finalizing' &&
    request.role === 'work' &&
    !(await readTakesLateRows(knex, head, now));
  if (isDone) {
    // No item ever comes back from here: such a worker is not needed any more, and makes room for the one that writes the reports.
    return { state: 'closed', reason: 'All items are in' };
  }
  const granted = await grant(context, run, head, request);
  return granted ?? { state: 'wait', retryAfterMs: await pause(context, run) };
}

async function grant(
  context: QueueContext,
  run: PlannedRun,
  head: RunRow,
  request: LeaseRequest,
): Promise<LeaseResponse | undefined> {
  if (head.state === 'Finalizing') {
    if (request.role === 'work') return undefined;
    return grantFinalize(context, run, head, request);
  }
  // What a load test gives out are slices of its schedule.
  return request.role === 'finalize' || run.pins.load
    ? undefined
    : grantWork(context, run, head, request);
}

function closed(head: RunRow): LeaseResponse {
  return {
    state: 'closed',
    reason: `The run is over: ${head.outcome ?? 'Completed'}`,
  };
}

/** Work of a running run, or undefined when there is none to give at the moment. */
async function grantWork(
  context: QueueContext,
  run: PlannedRun,
  head: RunRow,
  request: LeaseRequest,
): Promise<LeaseResponse | undefined> {
  const { knex, options } = context;
  const now = context.clock.now().getTime();
  const { dataset } = run.pins;
  // Looks before it locks: most workers that wait find nothing, and must not hold up the reports.
  if (dataset && (await attemptsLeft(knex, run, dataset, head)) <= 0) {
    return undefined;
  }
  if (Number(head.next_fresh) >= Number(head.plan_total)) {
    const due = await knex('run_pending')
      .where({ run_seq: run.seq })
      .andWhere('not_before', '<=', now)
      .first('idx_from');
    if (!due) return undefined;
  }
  return transact(knex, async tx => {
    const [row] = await tx<RunRow>('runs')
      .where({ seq: run.seq, state: 'Running' })
      .update({ next_fence: tx.raw('next_fence + 1') })
      .returning('*');
    if (!row || row.budget_exhausted) return undefined;
    const left = dataset
      ? await attemptsLeft(tx, run, dataset, row)
      : backlog(row);
    if (left <= 0) return undefined;
    const size = leaseSize({
      backlog: left,
      workers: await activeWorkers(tx, run.seq, now - options.leaseTtlMs),
      capacity: request.capacity,
      concurrency: run.pins.concurrency,
      finished: Number(row.passed) + Number(row.failed) + Number(row.errored),
      durationMs: row.duration_ms,
    });
    const claimed = await claimPending(tx, { runSeq: run.seq, now, size });
    const nextFresh = Number(row.next_fresh);
    const fresh = Math.min(
      size - countItems(claimed),
      Number(row.plan_total) - nextFresh,
    );
    const ranges: ItemRange[] = [...claimed];
    if (fresh > 0) ranges.push([nextFresh, nextFresh + fresh, 1]);
    const count = countItems(ranges);
    if (count === 0) return undefined;

    const remaining = normalizeRanges(ranges);
    const leaseId = randomUUID();
    const fence = Number(row.next_fence);
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .update({
        next_fresh: nextFresh + Math.max(0, fresh),
        leased: tx.raw('leased + ?', [count]),
        started_at: row.started_at ?? now,
        version: tx.raw('version + 1'),
      });
    await tx<RunLeaseRow>('run_leases').insert({
      lease_id: leaseId,
      run_seq: run.seq,
      worker_id: request.workerId,
      kind: 'work',
      fence,
      granted_at: now,
      expires_at: now + options.leaseTtlMs,
      ...writeContents({ remaining, started: [] }),
    });
    return grantedWork(leaseId, fence, options.leaseTtlMs, remaining);
  });
}

function grantedWork(
  leaseId: string,
  fence: number,
  ttlMs: number,
  remaining: readonly ItemRange[],
): LeaseResponse {
  return {
    state: 'granted',
    leaseId,
    fence,
    ttlMs,
    ranges: remaining
      .filter(([, , attempt]) => attempt === 1)
      .map(([from, to]) => ({ from, to })),
    items: remaining
      .filter(([, , attempt]) => attempt > 1)
      .flatMap(([from, to, attempt]) =>
        Array.from({ length: to - from }, (_, offset) => ({
          index: from + offset,
          attempt,
        })),
      ),
  };
}

/** Attempts that are worth being made beside those under lease. */
async function attemptsLeft(
  knex: Knex,
  run: PlannedRun,
  profile: DatasetProfile,
  row: Pick<RunRow, 'leased'>,
): Promise<number> {
  const { tally } = await readTally(knex, run);
  return attemptsWanted(profile, tally) - Number(row.leased);
}

/** Items that are neither finished nor leased. */
export function backlog(row: RunRow): number {
  return (
    Number(row.total) -
    Number(row.passed) -
    Number(row.failed) -
    Number(row.errored) -
    Number(row.leased)
  );
}

async function activeWorkers(
  knex: Knex,
  runSeq: number,
  since: number,
): Promise<number> {
  const row = await knex<RunWorkerRow>('run_workers')
    .where({ run_seq: runSeq })
    .andWhere('seen_at', '>', since)
    .count({ count: '*' })
    .first();
  return Number(row?.count ?? 0);
}

const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

/** How long a worker without work waits: until the next retry is due, and longer the more workers ask. */
async function pause(context: QueueContext, run: PlannedRun): Promise<number> {
  const now = context.clock.now().getTime();
  const workers = await activeWorkers(
    context.knex,
    run.seq,
    now - context.options.leaseTtlMs,
  );
  const next = await context
    .knex('run_pending')
    .where({ run_seq: run.seq })
    .min({ time: 'not_before' })
    .first();
  const untilDue = next?.time ? Number(next.time) - now : Infinity;
  return Math.round(
    Math.max(
      MIN_PAUSE_MS,
      Math.min(untilDue, 20 * workers + MIN_PAUSE_MS, MAX_PAUSE_MS),
    ),
  );
}
