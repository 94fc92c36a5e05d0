import { InputError } from '@backstage/errors';
import {
  ItemStatus,
  RunItemsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { indexLimit, PlannedRun } from './PlannedRun';
import { ITEM_STATUSES, RunCellRow, statusCode } from './tables';

/** A filter of the items list in terms of the database. Absent parts filter nothing. */
export interface ItemsFilter {
  statuses?: number[];
  providers?: number[];
  scenarios?: number[];
}

/** Half-open range of indexes. */
export type Span = [from: number, to: number];

/** How many items match, and where they are. */
export interface ItemsEstimate {
  finished: number;
  matches: number;
  /** Ranges of scenarios that have matches, in order of index, neighbours joined. */
  spans: Span[];
}

/** @throws InputError for a status that does not exist. Names that the plan does not have match nothing. */
export function toItemsFilter(
  run: PlannedRun,
  query: Pick<RunItemsQuery, 'status' | 'scenario' | 'provider'>,
): ItemsFilter {
  for (const status of query.status ?? []) {
    if (!ITEM_STATUSES.includes(status)) {
      throw new InputError(
        `status: '${status}' is not a status; allowed are ${ITEM_STATUSES.join(
          ', ',
        )}`,
      );
    }
  }
  return {
    statuses: nonEmpty(query.status)?.map(statusCode),
    providers: indexesOf(run.plan.providers, query.provider),
    scenarios: indexesOf(run.plan.scenarios, query.scenario),
  };
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

function indexesOf(
  axis: ReadonlyArray<{ id: string }>,
  ids: readonly string[] | undefined,
): number[] | undefined {
  if (!nonEmpty(ids)) return undefined;
  const wanted = new Set(ids);
  return axis.flatMap(({ id }, index) => (wanted.has(id) ? [index] : []));
}

export function isFiltered(filter: ItemsFilter): boolean {
  return Boolean(filter.statuses || filter.providers || filter.scenarios);
}

/** Where the items of a scenario are. Attempts take scenarios in turn. */
function spanOf(run: PlannedRun, scenarioIndex: number): Span {
  if (run.pins.dataset) return [0, indexLimit(run)];
  const { offsets } = run.plan;
  return [offsets[scenarioIndex], offsets[scenarioIndex + 1]];
}

/**
 * Reads from the counters of the cells how many items match, so that a list needs neither statistics of the database nor a
 * search through ranges without a match.
 */
export async function estimateItems(
  knex: Knex,
  run: PlannedRun,
  filter: ItemsFilter,
): Promise<ItemsEstimate> {
  const columns = (filter.statuses ?? ITEM_STATUSES.map(statusCode)).map(
    code => ITEM_STATUSES[code] as ItemStatus,
  );
  const providers = filter.providers && new Set(filter.providers);
  const scenarios = filter.scenarios && new Set(filter.scenarios);
  const rows = await knex<RunCellRow>('run_cells')
    .where({ run_seq: run.seq })
    .orderBy('scenario_ix')
    .select('scenario_ix', 'provider_ix', 'passed', 'failed', 'errored');
  let finished = 0;
  let matches = 0;
  const spans: Span[] = [];
  for (const row of rows) {
    finished += Number(row.passed) + Number(row.failed) + Number(row.errored);
    if (providers && !providers.has(row.provider_ix)) continue;
    if (scenarios && !scenarios.has(row.scenario_ix)) continue;
    const found = columns.reduce((sum, column) => sum + Number(row[column]), 0);
    if (found === 0) continue;
    matches += found;
    const [from, to] = spanOf(run, row.scenario_ix);
    const last = spans[spans.length - 1];
    if (last && last[1] >= from) last[1] = to;
    else spans.push([from, to]);
  }
  return { finished, matches, spans };
}
