import { InputError } from '@backstage/errors';
import {
  RunCellStatistics,
  RunStatisticsPage,
  RunStatisticsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { toItemsFilter } from './itemsFilter';
import { PlannedRun } from './PlannedRun';
import { readCellStatistics } from './readCellStatistics';
import { SharedStatistics } from './SharedStatistics';
import {
  decodeStatisticsCursor,
  encodeStatisticsCursor,
} from './statisticsCursor';
import { RunCellRow } from './tables';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
/** A page ends before its cells have more items than this, unless a single one has. */
export const ITEMS_PER_PAGE = 50_000;

type CountedCell = Pick<
  RunCellRow,
  'scenario_ix' | 'provider_ix' | 'passed' | 'failed' | 'errored' | 'version'
>;

/**
 * One page of the statistics of a run's cells.
 *
 * They are computed when somebody looks, from the items of the cells on the page: kept up to date with every report, they would cost
 * each result more than all its counters. Who asks for the same while nothing has changed shares them.
 *
 * @throws the reason of `signal` soon after it is aborted
 */
export async function listStatistics(
  knex: Knex,
  run: PlannedRun,
  query: RunStatisticsQuery,
  options: { shared: SharedStatistics; signal?: AbortSignal },
): Promise<RunStatisticsPage> {
  const { shared, signal } = options;
  const { limit = DEFAULT_LIMIT } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InputError(
      `limit: ${limit} is not a whole number from 1 to ${MAX_LIMIT}`,
    );
  }
  // One more than asked for tells whether there is another page.
  const rows = await findCells(knex, run, query, limit + 1);
  const page = withinBudget(rows.slice(0, limit));
  const items: RunCellStatistics[] = [];
  for (const {
    scenario_ix: scenarioIndex,
    provider_ix: providerIndex,
    version,
  } of page) {
    const cell = { scenarioIndex, providerIndex };
    const statistics = await shared.get(
      [run.runId, scenarioIndex, providerIndex, version].join(' '),
      unwanted => readCellStatistics(knex, run, cell, unwanted),
      signal,
    );
    items.push({
      scenario: run.plan.scenarios[scenarioIndex].id,
      provider: run.plan.providers[providerIndex].id,
      ...statistics,
    });
  }
  const last = page[page.length - 1];
  return {
    items,
    nextCursor:
      rows.length > page.length
        ? encodeStatisticsCursor({
            scenarioIndex: last.scenario_ix,
            providerIndex: last.provider_ix,
          })
        : undefined,
  };
}

/** Cells with finished items, in the order of the primary key. */
async function findCells(
  knex: Knex,
  run: PlannedRun,
  query: RunStatisticsQuery,
  limit: number,
): Promise<CountedCell[]> {
  const { scenarios, providers } = toItemsFilter(run, query);
  const cells = knex<RunCellRow>('run_cells')
    .where({ run_seq: run.seq })
    .whereRaw('passed + failed + errored > 0')
    .orderBy(['scenario_ix', 'provider_ix'])
    .limit(limit);
  if (scenarios) cells.whereIn('scenario_ix', scenarios);
  if (providers) cells.whereIn('provider_ix', providers);
  if (query.cursor !== undefined) {
    const after = decodeStatisticsCursor(query.cursor);
    cells.whereRaw('(scenario_ix, provider_ix) > (?, ?)', [
      after.scenarioIndex,
      after.providerIndex,
    ]);
  }
  return cells.select(
    'scenario_ix',
    'provider_ix',
    'passed',
    'failed',
    'errored',
    'version',
  );
}

function withinBudget(rows: readonly CountedCell[]): CountedCell[] {
  const page: CountedCell[] = [];
  let sum = 0;
  for (const row of rows) {
    sum += Number(row.passed) + Number(row.failed) + Number(row.errored);
    if (page.length > 0 && sum > ITEMS_PER_PAGE) break;
    page.push(row);
  }
  return page;
}
