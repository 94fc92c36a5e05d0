import {
  LoadLeaseRequest,
  LoadLeaseResponse,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow, RunWorkerRow } from '../runs/tables';
import { Clock } from '../time/Clock';
import { controlsOf } from './controlsOf';
import { lendBudget } from './lendBudget';
import { isLive } from './liveWorkers';
import { lockLoad, noLoad } from './lockLoad';
import { lengthMs, loadTime } from './loadTime';
import { RunLoadRow, RunLoadWorkerRow } from './tables';
import { takeSlices } from './takeSlices';

/** How often workers ask; more of them ask less often. */
const POLL_MS = 250;
const POLL_MS_PER_WORKER = 10;
const LONGEST_POLL_MS = 1_000;
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
      .first('state');
    if (head?.state !== 'Running' || load.state === 'over') {
      return { state: 'over' };
    }
    const { worker, drains } = await noteWorker(tx, run, request, now);
    const workers = await tx<RunLoadWorkerRow>('run_load_workers').where({
      run_seq: run.seq,
    });
    const live = workers.filter(each => isLive(each, now));
    const origin =
      load.origin_at ?? (await start(tx, run, { load, live, now }));
    const retryAfterMs = Math.min(
      Math.max(POLL_MS, POLL_MS_PER_WORKER * live.length),
      LONGEST_POLL_MS,
    );
    if (origin === null) return { state: 'wait', retryAfterMs };
    const nowMs = loadTime({ origin_at: origin }, now)!;
    const common = { nowMs, retryAfterMs };
    if (load.stopped_at_ms !== null) {
      const reason = load.ended_by === 'budget' ? 'budget' : 'stopped';
      return { state: 'stop', reason, ...common };
    }
    const controls = controlsOf(load);
    const isEnded = load.state === 'stopping';
    const slices =
      profile.mode === 'open'
        ? await takeSlices(tx, {
            run,
            load,
            worker,
            nowMs,
            received: request.received,
            endMs: lengthMs(profile, controls),
            workers: live.filter(({ draining }) => !draining).length,
            isOpen: !isEnded && !request.draining,
          })
        : [];
    const budget = await lendBudget(tx, {
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
      command: drains ? 'drain' : 'continue',
    };
  });
}

async function noteWorker(
  tx: Knex.Transaction,
  run: PlannedRun,
  request: LoadLeaseRequest,
  now: number,
): Promise<{
  worker: RunLoadWorkerRow;
  /** It was asked to leave. */
  drains: boolean;
}> {
  const { workerId, instance } = request;
  const key = { run_seq: run.seq, worker_id: workerId, instance };
  const [registered] = await tx<RunWorkerRow>('run_workers')
    .where({ run_seq: run.seq, worker_id: workerId })
    .update({ seen_at: now })
    .returning(['draining']);
  const drains = Boolean(registered?.draining);
  const told = {
    seen_at: now,
    outstanding: request.outstanding,
    recorded_until: request.recordedUntil,
    draining: request.draining ?? false,
    done: request.done ?? false,
  };
  const [known] = await tx<RunLoadWorkerRow>('run_load_workers')
    .where(key)
    .update(told)
    .returning('*');
  if (known) return { worker: known, drains };
  const { count } = (await tx<RunLoadWorkerRow>('run_load_workers')
    .where({ run_seq: run.seq })
    .count({ count: '*' })
    .first())!;
  const row: RunLoadWorkerRow = {
    ...key,
    ...told,
    ready_at: now,
    share: Number(count),
    given: 0,
    granted: 0,
  };
  await tx<RunLoadWorkerRow>('run_load_workers').insert(row);
  return { worker: row, drains };
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
