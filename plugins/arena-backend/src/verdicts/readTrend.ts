import {
  GateVerdict,
  JobTrend,
  TrendPoint,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { RunRow } from '../runs/tables';
import { RunVerdictRow } from './tables';
import { changedInputs, RunInputs } from './runInputs';

/** Which runs of which series. */
export interface TrendQuery {
  cluster: string;
  namespace: string;
  /** Name of a job: of one with a schedule, of one that was repeated, or of one that belongs to their series. */
  job: string;
  limit: number;
  /** Of the page before. */
  cursor?: string;
}

type TrendRow = Pick<
  RunVerdictRow,
  | 'phase'
  | 'reason'
  | 'revision'
  | 'cells'
  | 'flaky_cells'
  | 'p50_ms'
  | 'p95_ms'
  | 'inputs'
> & {
  gate_verdict: GateVerdict | null;
  gate_baseline: string | null;
  /** Text on PostgreSQL. */
  gate_effect: number | string | null;
} & Pick<
    RunRow,
    | 'seq'
    | 'run_id'
    | 'job_name'
    | 'finished_at'
    | 'created_at'
    | 'passed'
    | 'failed'
    | 'verdict_total'
    | 'verdict_passed'
    | 'verdict_failed'
    | 'cost'
  >;

/** Runs of whole plans of a series, the latest first: a page of rows, whatever the runs were. */
export async function readTrend(
  knex: Knex,
  { cluster, namespace, job, limit, cursor }: TrendQuery,
): Promise<JobTrend> {
  const scope = {
    'run_verdicts.cluster': cluster,
    'run_verdicts.namespace': namespace,
  };
  const own: { series: string } | undefined = await knex('runs')
    .join('run_verdicts', 'run_verdicts.run_seq', 'runs.seq')
    .where({
      'runs.cluster': cluster,
      'runs.namespace': namespace,
      'runs.job_name': job,
    })
    .orderBy('runs.seq', 'desc')
    .first('series');
  const query = knex('run_verdicts')
    .join('runs', 'runs.seq', 'run_verdicts.run_seq')
    .where({ ...scope, series: own?.series ?? job, whole: true })
    .orderBy('run_verdicts.run_seq', 'desc')
    // The one before the page says what has changed since.
    .limit(limit + 1);
  if (cursor !== undefined) {
    query.andWhere('run_verdicts.run_seq', '<', Number(cursor));
  }
  const rows: TrendRow[] = await query.select(
    'run_verdicts.phase',
    'run_verdicts.reason',
    'revision',
    'cells',
    'flaky_cells',
    'p50_ms',
    'p95_ms',
    'inputs',
    ...gateColumns(knex),
    'runs.seq',
    'run_id',
    'job_name',
    'finished_at',
    'created_at',
    'passed',
    'failed',
    'verdict_total',
    'verdict_passed',
    'verdict_failed',
    'cost',
  );
  const shown = rows.slice(0, limit);
  return {
    points: shown.map((row, index) => toPoint(row, rows[index + 1])),
    ...(rows.length > limit && {
      nextCursor: String(shown[shown.length - 1].seq),
    }),
  };
}

/** What of a gate is shown: the whole lists every cell that changed. */
function gateColumns(knex: Knex): Knex.Raw[] {
  return [
    ['gate_verdict', 'verdict'],
    ['gate_baseline', 'baseline', 'id'],
    ['gate_effect', 'comparison', 'effect'],
  ].map(([name, ...path]) =>
    isPostgres(knex)
      ? knex.raw('gate::json #>> ? as ??', [`{${path.join(',')}}`, name])
      : knex.raw('json_extract(gate, ?) as ??', [`$.${path.join('.')}`, name]),
  );
}

function toPoint(row: TrendRow, previous: TrendRow | undefined): TrendPoint {
  const counts =
    row.verdict_total === null
      ? { passed: Number(row.passed), failed: Number(row.failed) }
      : {
          passed: Number(row.verdict_passed),
          failed: Number(row.verdict_failed),
        };
  const { judged, passed, passRate, interval } = verdictStatistics({
    judged: counts.passed + counts.failed,
    passed: counts.passed,
  });
  return {
    runId: row.run_id,
    jobName: row.job_name,
    finishedAt: new Date(
      Number(row.finished_at ?? row.created_at),
    ).toISOString(),
    phase: row.phase as TrendPoint['phase'],
    reason: row.reason,
    revision: row.revision,
    judged,
    passed,
    ...(passRate !== undefined && { passRate, interval }),
    ...(row.p50_ms !== null &&
      row.p95_ms !== null && {
        duration: { p50: row.p50_ms, p95: row.p95_ms },
      }),
    cost: row.cost,
    cells: row.cells,
    flakyCells: row.flaky_cells,
    changedInputs: previous ? changedInputs(inputs(previous), inputs(row)) : [],
    ...(row.gate_verdict !== null && {
      gate: {
        verdict: row.gate_verdict,
        ...(row.gate_baseline !== null && { baselineRunId: row.gate_baseline }),
        ...(row.gate_effect !== null && { effect: Number(row.gate_effect) }),
      },
    }),
  };
}

function inputs(row: TrendRow): RunInputs {
  return JSON.parse(row.inputs);
}
