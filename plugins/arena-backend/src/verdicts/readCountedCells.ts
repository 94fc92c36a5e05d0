import {
  CountedCell,
  isJudged,
  RunPlan,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { cellOf, PlannedRun } from '../runs/PlannedRun';
import { readItemRows } from '../runs/readItems';
import { ITEM_STATUSES, RunCellRow, RunItemRow } from '../runs/tables';
import { decidesVerdict } from '../runs/verdictItems';
import { giveWay } from '../time/giveWay';

const ROWS_PER_PAGE = 2_000;
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
  options: CountOptions,
): Promise<CountedCell[]> {
  const { regions, scenarios } = run.plan;
  const isCounted =
    regions.length === 1 &&
    scenarios.every(
      ({ id, variants, trials }) =>
        variants === 1 && trials === options.trials.get(id),
    );
  return isCounted
    ? readCounters(knex, run, options)
    : countItems(knex, run, options);
}

/** Which items of cells are counted. */
interface CountOptions {
  /** Of each scenario, by its id, the first few trials; absent: all. */
  trials: ReadonlyMap<string, number>;
  signal?: AbortSignal;
}

async function readCounters(
  knex: Knex,
  { plan, seq }: PlannedRun,
  { signal }: CountOptions,
): Promise<CountedCell[]> {
  const cells: CountedCell[] = [];
  let last = [-1, -1];
  for (;;) {
    signal?.throwIfAborted();
    const rows: RunCellRow[] = await knex<RunCellRow>('run_cells')
      .where({ run_seq: seq })
      .andWhereRaw('(scenario_ix, provider_ix) > (?, ?)', last)
      .orderBy(['scenario_ix', 'provider_ix'])
      .limit(ROWS_PER_PAGE)
      .select(
        'scenario_ix',
        'provider_ix',
        'passed',
        'failed',
        'errored',
        'unjudged',
      );
    for (const row of rows) cells.push(toCell(plan, row));
    if (rows.length < ROWS_PER_PAGE) return cells;
    const { scenario_ix, provider_ix } = rows[rows.length - 1];
    last = [scenario_ix, provider_ix];
    await giveWay();
  }
}

function toCell(plan: RunPlan, row: RunCellRow): CountedCell {
  return {
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
  };
}

/** Where all scenarios have as many trials, and as many of them count, the database leaves out the others. */
function firstOf(
  { plan }: PlannedRun,
  trials: CountOptions['trials'],
): { count: number; of: number } | undefined {
  const [{ id, trials: of }] = plan.scenarios;
  const count = trials.get(id) ?? of;
  return plan.scenarios.every(
    scenario =>
      scenario.trials === of && (trials.get(scenario.id) ?? of) === count,
  )
    ? { count, of }
    : undefined;
}

async function countItems(
  knex: Knex,
  run: PlannedRun,
  { trials, signal }: CountOptions,
): Promise<CountedCell[]> {
  const cells: CountedCell[] = [];
  const pages = readItemRows(knex, run.seq, {
    columns: COLUMNS,
    firstOf: firstOf(run, trials),
  });
  for await (const page of pages) {
    signal?.throwIfAborted();
    for (const row of page) {
      const at = cellOf(run, Number(row.idx));
      if (!decidesVerdict(run, at)) continue;
      if (at.trial >= (trials.get(at.scenario.id) ?? Infinity)) continue;
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
