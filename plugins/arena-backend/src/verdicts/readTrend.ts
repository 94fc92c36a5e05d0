import {
  GateVerdict,
  JobTrend,
  RunInput,
  TrendPoint,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';
import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';
import { isPostgres } from '../database/configureDatabase';
import { whereRunAllowed } from '../permissions/sql/whereRunAllowed';
import { SubjectFilter } from '../permissions/SubjectFilter';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunRow } from '../runs/tables';
import { PartFigures, readPartFigures, RunPart } from './readPartFigures';
import { runStatistics } from './runStatistics';
import { RunVerdictRow } from './tables';
import { changedInputs, RunInputs } from './runInputs';

/** Which runs of which series. */
export interface TrendQuery extends RunPart {
  cluster: string;
  namespace: string;
  /** Name of a job: of one with a schedule, of one that was repeated, or of one that belongs to their series. */
  job: string;
  limit: number;
  /** Of the page before. */
  cursor?: string;
  /** Runs that may be shown; absent: all. */
  readable?: PermissionCriteria<SubjectFilter>;
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
  runs: PlannedRuns,
  trendQuery: TrendQuery,
): Promise<JobTrend> {
  const { cluster, namespace, job, limit, cursor, readable } = trendQuery;
  const { scenario, provider } = trendQuery;
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
    .first('run_verdicts.series');
  const query = knex('run_verdicts')
    .join('runs', 'runs.seq', 'run_verdicts.run_seq')
    .where({
      ...scope,
      'run_verdicts.series': own?.series ?? job,
      whole: true,
    })
    .orderBy('run_verdicts.run_seq', 'desc')
    // The one before the page says what has changed since.
    .limit(limit + 1);
  if (readable) whereRunAllowed(knex, query, readable);
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
  const isPart = scenario !== undefined || provider !== undefined;
  return {
    points: isPart
      ? await partPoints(knex, runs, rows, { scenario, provider }).then(found =>
          found.filter(({ runId }) =>
            shown.some(({ run_id }) => run_id === runId),
          ),
        )
      : shown.map((row, index) => toPoint(row, rows[index + 1])),
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
  const { judged, passed, passRate, interval } = runStatistics(row);
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

/** The same for a part of the runs. Those without it are left out. */
async function partPoints(
  knex: Knex,
  runs: PlannedRuns,
  rows: readonly TrendRow[],
  part: RunPart,
): Promise<TrendPoint[]> {
  const found: Array<{ row: TrendRow; figures: PartFigures }> = [];
  for (const row of rows) {
    const figures = await readPartFigures(
      knex,
      await runs.get(row.run_id),
      part,
    );
    if (figures) found.push({ row, figures });
  }
  return found.map(({ row, figures }, index) => {
    const { judged, passed, cost, meanDurationMs, cells, flakyCells } = figures;
    const { passRate, interval } = verdictStatistics({ judged, passed });
    const {
      duration,
      passRate: _rate,
      interval: _interval,
      ...rest
    } = toPoint(row, undefined);
    return {
      ...rest,
      judged,
      passed,
      ...(passRate !== undefined && { passRate, interval }),
      ...(meanDurationMs !== undefined && { meanDurationMs }),
      cost,
      cells,
      flakyCells,
      changedInputs: found[index + 1]
        ? partChanges(found[index + 1], { row, figures })
        : [],
    };
  });
}

/** Of scenarios and providers only a change of those that the trend is of counts. */
function partChanges(
  before: { row: TrendRow; figures: PartFigures },
  after: { row: TrendRow; figures: PartFigures },
): RunInput[] {
  const changes = new Set(changedInputs(inputs(before.row), inputs(after.row)));
  for (const [input, name] of [
    ['scenarios', 'scenario'],
    ['providers', 'provider'],
  ] as const) {
    const key = after.figures.keys[name];
    if (key === undefined) continue;
    if (key === before.figures.keys[name]) changes.delete(input);
    else changes.add(input);
  }
  return [...changes];
}

function inputs(row: TrendRow): RunInputs {
  return JSON.parse(row.inputs);
}
