import {
  LOAD_LEAD_SECONDS,
  LoadControl,
  LoadLeaseRequest,
  LoadLeaseResponse,
  LoadProfile,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow, RunWorkerRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { assignSlices } from './assignSlices';
import { grantBudget } from './grantBudget';
import { isLive } from './liveWorkers';
import { lockLoad, noLoad } from './lockLoad';
import { loadTime } from './loadTime';
import { RunLoadRow, RunLoadSliceRow, RunLoadWorkerRow } from './tables';

/** How often workers ask. */
const POLL_MS = 250;
/** From the moment at which all are ready to the start, so that all know of it. */
const START_DELAY_MS = 1_500;
/** So long the start waits for workers that are expected, from the first that is ready. */
const BARRIER_MS = 120_000;

interface LeaseContext {
  knex: Knex;
  clock: Clock;
}

/** Takes note of a worker of a load test, and gives it its slices of the schedule. One transaction; safe to repeat. */
export async function leaseSlices(
  context: LeaseContext,
  run: PlannedRun,
  request: LoadLeaseRequest,
): Promise<LoadLeaseResponse> {
  const profile = run.pins.load;
  if (!profile) throw noLoad(run.runId);
  const now = context.clock.now().getTime();
  return transact(context.knex, async tx => {
    const load = await lockLoad(tx, run);
    const head = await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .first('state', 'started_at');
    if (head?.state !== 'Running' || load.state === 'over') {
      return { state: 'over' };
    }
    const worker = await noteWorker(tx, run, request, now);
    const workers = await tx<RunLoadWorkerRow>('run_load_workers').where({
      run_seq: run.seq,
    });
    const live = workers.filter(each => isLive(each, now));
    const origin =
      load.origin_at ?? (await start(tx, run, { load, live, now }));
    if (origin === null) return { state: 'wait', retryAfterMs: POLL_MS };
    const nowMs = loadTime({ origin_at: origin }, now)!;
    const common = { nowMs, retryAfterMs: POLL_MS };
    if (load.stopped_at_ms !== null) {
      const reason = load.ended_by === 'budget' ? 'budget' : 'stopped';
      return { state: 'stop', reason, ...common };
    }
    const controls: LoadControl[] = JSON.parse(load.controls);
    const isEnded = load.state === 'stopping';
    const slices =
      profile.mode === 'open'
        ? await slicesFor(tx, {
            run,
            load,
            worker,
            nowMs,
            received: request.received,
            endMs: lengthOf(profile, controls),
            workers: live.filter(({ draining }) => !draining).length,
            isOpen: !isEnded && !request.draining,
          })
        : [];
    const budget = await budgetFor(tx, {
      run,
      load,
      profile,
      worker,
      workers: live.length,
      asked: request.budget,
    });
    return {
      state: 'running',
      ...common,
      controls,
      slices: slices.map(({ second, share, shares }) => ({
        second,
        share,
        shares,
      })),
      given: request.received + slices.length,
      ended: isEnded,
      share: {
        share: worker.share % (run.pins.workers ?? 1),
        shares: run.pins.workers ?? 1,
      },
      budget,
      command: (await isDraining(tx, run, request.workerId))
        ? 'drain'
        : 'continue',
    };
  });
}

async function noteWorker(
  tx: Knex.Transaction,
  run: PlannedRun,
  request: LoadLeaseRequest,
  now: number,
): Promise<RunLoadWorkerRow> {
  const { workerId, instance } = request;
  const key = { run_seq: run.seq, worker_id: workerId };
  await tx<RunWorkerRow>('run_workers').where(key).update({ seen_at: now });
  const told = {
    seen_at: now,
    outstanding: request.outstanding,
    recorded_until: request.recordedUntil,
    draining: request.draining ?? false,
    done: request.done ?? false,
  };
  const [known] = await tx<RunLoadWorkerRow>('run_load_workers')
    .where({ ...key, instance })
    .update(told)
    .returning('*');
  if (known) return known;
  const before = await tx<RunLoadWorkerRow>('run_load_workers')
    .where(key)
    .first('share');
  const { count } = (await tx<RunLoadWorkerRow>('run_load_workers')
    .where({ run_seq: run.seq })
    .count({ count: '*' })
    .first())!;
  const row: RunLoadWorkerRow = {
    ...key,
    ...told,
    instance,
    ready_at: now,
    share: before?.share ?? Number(count),
    given: 0,
    granted: 0,
  };
  await tx<RunLoadWorkerRow>('run_load_workers')
    .insert(row)
    .onConflict(['run_seq', 'worker_id'])
    .merge();
  return row;
}

/** Gives the test its start once the workers are ready. */
async function start(
  tx: Knex.Transaction,
  run: PlannedRun,
  options: { load: RunLoadRow; live: RunLoadWorkerRow[]; now: number },
): Promise<number | null> {
  const { load, live, now } = options;
  const firstReadyAt = Number(load.first_ready_at ?? now);
  const isReady =
    live.length >= load.expected || now - firstReadyAt >= BARRIER_MS;
  const origin = isReady ? now + START_DELAY_MS : null;
  await tx<RunLoadRow>('run_loads')
    .where({ run_seq: run.seq })
    .update({
      first_ready_at: firstReadyAt,
      ...(isReady && { origin_at: origin, state: 'running' }),
    });
  if (isReady) {
    await tx<RunRow>('runs')
      .where({ seq: run.seq })
      .whereNull('started_at')
      .update({ started_at: origin, version: tx.raw('version + 1') });
  }
  return origin;
}

async function slicesFor(
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
        .where({ run_seq: run.seq, worker_id: workerId })
        .update({ given: number });
    }
  }
  return tx<RunLoadSliceRow>('run_load_slices')
    .where({ run_seq: run.seq, worker_id: workerId, instance })
    .andWhere('number', '>=', received)
    .orderBy('number');
}

async function budgetFor(
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
      .where({ run_seq: run.seq, worker_id: worker.worker_id })
      .update({ granted: worker.granted + more });
  } else if (missing) {
    await tx<RunLoadRow>('run_loads')
      .where({ run_seq: run.seq })
      .update({ exhausted: true });
  }
  return { granted: worker.granted + more };
}

async function isDraining(
  tx: Knex.Transaction,
  run: PlannedRun,
  workerId: string,
): Promise<boolean> {
  const row = await tx<RunWorkerRow>('run_workers')
    .where({ run_seq: run.seq, worker_id: workerId })
    .first('draining');
  return Boolean(row?.draining);
}

/** Length of a test with all its changes, in milliseconds. */
function lengthOf(
  profile: LoadProfile,
  controls: readonly LoadControl[],
): number {
  return withControls(profile.stages, controls).reduce(
    (sum, { durationMs }) => sum + durationMs,
    0,
  );
}
