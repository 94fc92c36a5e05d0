import {
  LoadControl,
  LoadPhase,
  LoadSeriesPage,
  LoadSeriesRow,
  LoadState,
  measuredStages,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { controlsOf } from './controlsOf';
import { isLive } from './liveWorkers';
import { loadTime } from './loadTime';
import { noLoad } from './lockLoad';
import { readStoredReport } from './storedReport';
import { RunLoadRow, RunLoadSeriesRow, RunLoadWorkerRow } from './tables';

const MAX_ROWS = 3_600;
/** Rows of so many seconds before the last one may still change. */
const UNSETTLED_SECONDS = 5;

/** @throws NotFoundError when the run is no load test */
export async function readLoadRow(
  knex: Knex,
  run: PlannedRun,
): Promise<RunLoadRow> {
  const row = await knex<RunLoadRow>('run_loads')
    .where({ run_seq: run.seq })
    .first();
  if (!row) throw noLoad(run.runId);
  return row;
}

/** The load test as the REST API shows it. */
export async function readLoadState(
  knex: Knex,
  run: PlannedRun,
  now: number,
): Promise<LoadState> {
  const profile = run.pins.load;
  if (!profile) throw noLoad(run.runId);
  const row = await readLoadRow(knex, run);
  const workers = await knex<RunLoadWorkerRow>('run_load_workers').where({
    run_seq: run.seq,
  });
  const controls = controlsOf(row);
  const report = await readStoredReport(knex, run.seq);
  const head = await knex<RunRow>('runs')
    .where({ seq: run.seq })
    .first('state');
  return {
    // Of a run that was closed it may not be written yet.
    phase: head?.state === 'Running' ? phaseOf(row, controls) : 'over',
    profile,
    startedAt:
      row.origin_at === null
        ? undefined
        : new Date(Number(row.origin_at)).toISOString(),
    nowMs: loadTime(row, now),
    controls,
    stages: measuredStages(
      withControls(profile.stages, controls),
      profile.warmUpMs,
    ),
    workers: {
      ready: workers.filter(worker => isLive(worker, now)).length,
      expected: row.expected,
    },
    report,
  };
}

function phaseOf(
  { state }: RunLoadRow,
  controls: readonly LoadControl[],
): LoadPhase {
  if (state !== 'running') return state;
  const { action } = [...controls].pop() ?? {};
  return action === 'pause' ? 'paused' : 'running';
}

/** Rows of the series from a second on. */
export async function readLoadSeries(
  knex: Knex,
  run: PlannedRun,
  from: number,
): Promise<LoadSeriesPage> {
  const { state } = await readLoadRow(knex, run);
  const stored = await knex<RunLoadSeriesRow>('run_load_series')
    .where({ run_seq: run.seq })
    .andWhere('second', '>=', from)
    .orderBy('second')
    .limit(MAX_ROWS);
  const rows = stored.map(({ content }): LoadSeriesRow => JSON.parse(content));
  const last = rows[rows.length - 1]?.second ?? from - 1;
  const isComplete = state === 'over' || rows.length === MAX_ROWS;
  return {
    rows,
    next: isComplete ? last + 1 : Math.max(from, last + 1 - UNSETTLED_SECONDS),
  };
}
