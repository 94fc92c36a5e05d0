import { RunCounters } from '@backstage-arena/plugin-arena-common';
import {
  ArrivalSchedule,
  LoadReport,
  loadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { Knex } from 'knex';
import { transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { lockLoad } from './lockLoad';
import { SecondTotals } from './SecondsWindow';
import { encodeReport, storeReport } from './storedReport';
import { RunLoadSeriesRow } from './tables';

const CHUNK = 100;

export interface LoadProgress {
  seconds: ReadonlyArray<readonly [number, SecondTotals]>;
  schedule?: ArrivalSchedule;
  counters: RunCounters;
  /** Absent: the one that is there stays. */
  report?: LoadReport;
}

/** Writes series, counters and report of a load test that runs; one that is over stays what it is. */
export async function writeProgress(
  knex: Knex,
  run: PlannedRun,
  progress: LoadProgress,
): Promise<void> {
  const report = progress.report && (await encodeReport(progress.report));
  await transact(knex, async tx => {
    const load = await lockLoad(tx, run);
    if (load.state === 'over') return;
    await storeProgress(tx, run, progress);
    if (report) await storeReport(tx, run.seq, report);
  });
}

/** Within a transaction that has the lock on the load test. */
export async function storeProgress(
  tx: Knex.Transaction,
  run: PlannedRun,
  { counters, ...series }: LoadProgress,
): Promise<void> {
  await storeSeries(tx, run, series);
  const { total, passed, failed, errored } = counters;
  await tx<RunRow>('runs')
    .where({ seq: run.seq })
    .whereNot({ state: 'Closed' })
    .update({
      total,
      passed,
      failed,
      errored,
      input_tokens: counters.inputTokens,
      output_tokens: counters.outputTokens,
      cost: counters.cost,
      duration_ms: counters.durationMs,
      verdict_total: total,
      verdict_passed: passed,
      verdict_failed: failed,
      verdict_errored: errored,
      version: tx.raw('version + 1'),
    });
}

/** Within the same transaction, or alone. */
export async function storeSeries(
  knex: Knex,
  run: PlannedRun,
  { seconds, schedule }: Pick<LoadProgress, 'seconds' | 'schedule'>,
): Promise<void> {
  const rows = seconds.map(([second, { totals, workers, inFlight }]) => ({
    run_seq: run.seq,
    second,
    content: JSON.stringify(
      loadSeriesRow({
        second,
        totals,
        workers: workers.size,
        inFlight,
        schedule,
      }),
    ),
  }));
  for (let start = 0; start < rows.length; start += CHUNK) {
    await knex<RunLoadSeriesRow>('run_load_series')
      .insert(rows.slice(start, start + CHUNK))
      .onConflict(['run_seq', 'second'])
      .merge();
  }
}
