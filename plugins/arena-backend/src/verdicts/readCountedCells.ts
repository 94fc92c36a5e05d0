import { CountedCell, isJudged } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { cellOf, PlannedRun } from '../runs/PlannedRun';
import { readItemRows } from '../runs/readItems';
import { ITEM_STATUSES, RunCellRow, RunItemRow } from '../runs/tables';
import { decidesVerdict } from '../runs/verdictItems';
import { giveWay } from '../time/giveWay';

const COLUMNS: Array<keyof RunItemRow> = ['idx', 'status', 'error'];

/**
 * How many items of each cell passed, among those that decide the verdict. In order of the plan; cells without a finished item are left
 * out.
 *
 * Where the counters of the run are of the same cells, they are read; only where a cell of theirs has several regions or variants, or
 * items that do not count, its items are.
 */
export async function readCountedCells(
  knex: Knex,
  run: PlannedRun,
): Promise<CountedCell[]> {
  const { plan, pins, picked } = run;
  const isCounted =
    plan.regions.length === 1 &&
    plan.scenarios.every(
      ({ variants, trials }) =>
        variants === 1 && (trials === 1 || !pins.compat || picked),
    );
  return isCounted ? readCounters(knex, run) : countItems(knex, run);
}

async function readCounters(
  knex: Knex,
  { plan, seq }: PlannedRun,
): Promise<CountedCell[]> {
  const rows = await knex<RunCellRow>('run_cells')
    .where({ run_seq: seq })
    .orderBy(['scenario_ix', 'provider_ix'])
    .select(
      'scenario_ix',
      'provider_ix',
      'passed',
      'failed',
      'errored',
      'unjudged',
    );
  return rows.map(row => ({
    scenario: plan.scenarios[row.scenario_ix].id,
    scenarioKey: plan.scenarios[row.scenario_ix].key,
    provider: plan.providers[row.provider_ix].id,
    region: plan.regions[0],
    variant: 0,
    judged:
      Number(row.passed) +
      Number(row.failed) +
      Number(row.errored) -
      Number(row.unjudged ?? row.errored),
    passed: Number(row.passed),
  }));
}

async function countItems(knex: Knex, run: PlannedRun): Promise<CountedCell[]> {
  const cells: CountedCell[] = [];
  for await (const page of readItemRows(knex, run.seq, { columns: COLUMNS })) {
    for (const row of page) {
      const at = cellOf(run, Number(row.idx));
      if (!decidesVerdict(run, at)) continue;
      let cell = cells[cells.length - 1];
      // Items of a cell are neighbours.
      if (
        cell?.scenario !== at.scenario.id ||
        cell.provider !== at.provider.id ||
        cell.region !== at.region ||
        cell.variant !== at.variant
      ) {
        cell = {
          scenario: at.scenario.id,
          scenarioKey: at.scenario.key,
          provider: at.provider.id,
          region: at.region,
          variant: at.variant,
          judged: 0,
          passed: 0,
        };
        cells.push(cell);
      }
      const status = ITEM_STATUSES[row.status];
      if (!isJudged({ status, error: row.error ? {} : undefined })) continue;
      cell.judged += 1;
      if (status === 'passed') cell.passed += 1;
    }
    await giveWay();
  }
  return cells;
}
