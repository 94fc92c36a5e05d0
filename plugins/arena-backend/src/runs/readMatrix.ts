import { MatrixCell, RunMatrix } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { PlannedRun } from './PlannedRun';
import { toCounters } from './runRows';
import { RunCellRow } from './tables';

function toCell(run: PlannedRun, row: RunCellRow): MatrixCell {
  const total = totalOf(run, row);
  return {
    scenarioIndex: row.scenario_ix,
    providerIndex: row.provider_ix,
    ...toCounters(row, total),
    unjudged: Number(row.unjudged ?? row.errored),
  };
}

function totalOf(run: PlannedRun, row: RunCellRow): number {
  // Nobody knows how many attempts there will be.
  if (run.pins.dataset) {
    return Number(row.passed) + Number(row.failed) + Number(row.errored);
  }
  return run.picked ? Number(row.picked) : plannedSize(run, row.scenario_ix);
}

/** Items of each cell of a scenario. */
function plannedSize(run: PlannedRun, scenarioIndex: number): number {
  if (run.pins.dataset) return 0;
  const { variants, trials } = run.plan.scenarios[scenarioIndex];
  return run.plan.regions.length * variants * trials;
}

/** All cells of a run, also those without a result. */
export async function readMatrix(
  knex: Knex,
  run: PlannedRun,
): Promise<RunMatrix> {
  const rows = await knex<RunCellRow>('run_cells').where({ run_seq: run.seq });
  const found = new Map(
    rows.map(row => [`${row.scenario_ix}/${row.provider_ix}`, row]),
  );
  const cells = run.plan.scenarios.flatMap((scenario, scenarioIndex) =>
    scenario.providers.flatMap(providerIndex => {
      const row = found.get(`${scenarioIndex}/${providerIndex}`);
      if (row) return [toCell(run, row)];
      return run.picked ? [] : [emptyCell(run, scenarioIndex, providerIndex)];
    }),
  );
  return {
    scenarios: run.plan.scenarios,
    providers: run.plan.providers,
    cells,
  };
}

function emptyCell(
  run: PlannedRun,
  scenarioIndex: number,
  providerIndex: number,
): MatrixCell {
  const total = plannedSize(run, scenarioIndex);
  return {
    scenarioIndex,
    providerIndex,
    total,
    passed: 0,
    failed: 0,
    errored: 0,
    unjudged: 0,
    pending: total,
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
  };
}

/** Cells that changed after the given version of the run. */
export async function readCellsSince(
  knex: Knex,
  run: PlannedRun,
  version: number,
): Promise<MatrixCell[]> {
  const rows = await knex<RunCellRow>('run_cells')
    .where({ run_seq: run.seq })
    .andWhere('version', '>', version)
    .orderBy([{ column: 'scenario_ix' }, { column: 'provider_ix' }]);
  return rows.map(row => toCell(run, row));
}
