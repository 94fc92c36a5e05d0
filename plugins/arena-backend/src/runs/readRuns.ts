import { Run } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { readGranted } from '../budgets/readGranted';
import { readWorkers } from './readWorkers';
import { toRun, toRunReport } from './runRows';
import { RunPlanRow, RunReportRow, RunRow } from './tables';

const DEFAULT_LIMIT = 100;

/** Runs with their reports and workers, newest first. */
export async function readRuns(
  knex: Knex,
  options: {
    /** Columns that must have these values; absent ones may have any. */
    where: Partial<Record<keyof RunRow, string | undefined>>;
    limit?: number;
    silentSince: number;
  },
): Promise<Run[]> {
  const query = knex('runs')
    .join<RunPlanRow>('run_plans', 'run_plans.run_seq', 'runs.seq')
    .orderBy('seq', 'desc')
    .limit(options.limit ?? DEFAULT_LIMIT);
  for (const [column, value] of Object.entries(options.where)) {
    if (value !== undefined) query.andWhere(`runs.${column}`, value);
  }
  const rows: Array<RunRow & { pins: string }> = await query.select(
    'runs.*',
    'run_plans.pins',
  );
  const reports = await knex<RunReportRow>('run_reports')
    .whereIn(
      'run_seq',
      rows.map(row => row.seq),
    )
    .andWhere({ published: true })
    .orderBy('name');
  const granted = await readGranted(
    knex,
    rows.map(({ seq }) => seq),
  );
  return Promise.all(
    rows.map(async row =>
      toRun(row, {
        granted: granted.get(row.seq) ?? 0,
        reports: reports
          .filter(report => report.run_seq === row.seq)
          .map(toRunReport),
        workers: await readWorkers(knex, {
          runSeq: row.seq,
          silentSince: options.silentSince,
        }),
      }),
    ),
  );
}
