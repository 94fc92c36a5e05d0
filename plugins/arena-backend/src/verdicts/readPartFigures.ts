import { Knex } from 'knex';
import { PlannedRun } from '../runs/PlannedRun';
import { RunCellRow, RunItemRow, ITEM_STATUSES } from '../runs/tables';
import { onlyFirstTrialCounts } from '../runs/verdictItems';

/** The part of a run that a trend is of. At least one is given. */
export interface RunPart {
  scenario?: string;
  provider?: string;
}

/** What was measured in a part of a run. */
export interface PartFigures {
  judged: number;
  passed: number;
  cost: number;
  /** Absent when nothing has ended. */
  meanDurationMs?: number;
  cells: number;
  flakyCells: number;
  /** Digests of what the trend is of: of the scenario's content, and of the provider's configuration. */
  keys: { scenario?: string; provider?: string };
}

const IDS_PER_QUERY = 500;

/** Undefined when the run has no such part. */
export async function readPartFigures(
  knex: Knex,
  run: PlannedRun,
  part: RunPart,
): Promise<PartFigures | undefined> {
  const { plan } = run;
  const scenario = positionOf(plan.scenarios, part.scenario);
  const provider = positionOf(plan.providers, part.provider);
  if (scenario === -1 || provider === -1) return undefined;
  const where = {
    run_seq: run.seq,
    ...(scenario !== undefined && { scenario_ix: scenario }),
    ...(provider !== undefined && { provider_ix: provider }),
  };
  const judged = 'passed + failed + errored - coalesce(unjudged, errored)';
  const sums: Record<string, number | string | null> = await knex<RunCellRow>(
    'run_cells',
  )
    .where(where)
    .first(
      knex.raw('count(*) as cells'),
      knex.raw('sum(passed) as passed'),
      knex.raw(`sum(${judged}) as judged`),
      knex.raw('sum(passed + failed + errored) as items'),
      knex.raw('sum(cost) as cost'),
      knex.raw('sum(duration_ms) as duration'),
      knex.raw(
        `sum(case when passed > 0 and ${judged} > passed then 1 else 0 end) as flaky`,
      ),
    );
  const items = Number(sums.items ?? 0);
  if (Number(sums.cells) === 0) return undefined;
  return {
    ...(onlyFirstTrialCounts(run)
      ? await countDeciding(knex, run, { scenario, provider })
      : { judged: Number(sums.judged), passed: Number(sums.passed) }),
    cost: Number(sums.cost),
    ...(items > 0 && { meanDurationMs: Number(sums.duration) / items }),
    cells: Number(sums.cells),
    flakyCells: Number(sums.flaky),
    keys: {
      ...(scenario !== undefined && { scenario: plan.scenarios[scenario].key }),
      ...(provider !== undefined && { provider: plan.providers[provider].key }),
    },
  };
}

/** Counters of cells know all trials; in compatible runs only the first of each cell decides. */
async function countDeciding(
  knex: Knex,
  { plan, seq }: PlannedRun,
  at: { scenario?: number; provider?: number },
): Promise<{ judged: number; passed: number }> {
  const indexes: number[] = [];
  for (const [position, entry] of plan.scenarios.entries()) {
    if (at.scenario !== undefined && at.scenario !== position) continue;
    const size = entry.variants * entry.trials;
    for (let cell = 0; cell < plan.regions.length * entry.providers.length; ) {
      for (const provider of entry.providers) {
        if (at.provider === undefined || at.provider === provider) {
          indexes.push(plan.offsets[position] + cell * size);
        }
        cell += 1;
      }
    }
  }
  let judged = 0;
  let passed = 0;
  for (let from = 0; from < indexes.length; from += IDS_PER_QUERY) {
    const rows: Array<Pick<RunItemRow, 'status' | 'error'>> =
      await knex<RunItemRow>('run_items')
        .where({ run_seq: seq })
        .whereIn('idx', indexes.slice(from, from + IDS_PER_QUERY))
        .select('status', 'error');
    for (const { status, error } of rows) {
      if (ITEM_STATUSES[status] === 'errored' && error !== null) continue;
      judged += 1;
      if (ITEM_STATUSES[status] === 'passed') passed += 1;
    }
  }
  return { judged, passed };
}

/** Undefined when none is asked for, -1 when there is none of that id. */
function positionOf(
  all: ReadonlyArray<{ id: string }>,
  id: string | undefined,
): number | undefined {
  return id === undefined ? undefined : all.findIndex(one => one.id === id);
}
