import { RunCounters } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { PlannedRun } from './PlannedRun';
import { toCounters } from './runRows';
import { RunCellRow } from './tables';

/** What the cells of one scenario, or of one provider, have brought together. */
export interface NamedCounters extends RunCounters {
  /** Id of the scenario or provider. */
  name: string;
}

/** A run along each of its axes, in order of the plan; without what has no items in it. */
export interface RunTotals {
  scenarios: NamedCounters[];
  providers: NamedCounters[];
}

type TotalsRow = Omit<RunCellRow, 'run_seq'>;

const SUMS = [
  'passed',
  'failed',
  'errored',
  'input_tokens',
  'output_tokens',
  'cost',
  'duration_ms',
  'picked',
] as const;

const NOTHING = {
  passed: 0,
  failed: 0,
  errored: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost: 0,
  duration_ms: 0,
};

/** Sums over the cells of a run, made by the database: a run may have a million of them. */
export async function readTotals(
  knex: Knex,
  run: PlannedRun,
): Promise<RunTotals> {
  const { scenarios, providers, regions } = run.plan;
  const planned = {
    scenarios: scenarios.map(
      each =>
        regions.length * each.providers.length * each.variants * each.trials,
    ),
    providers: providers.map(() => 0),
  };
  for (const scenario of scenarios) {
    for (const index of scenario.providers) {
      planned.providers[index] +=
        regions.length * scenario.variants * scenario.trials;
    }
  }

  const totalOf = (row: TotalsRow | undefined, size: number): number => {
    // Nobody knows how many attempts there will be.
    if (run.pins.dataset) {
      return (
        Number(row?.passed ?? 0) +
        Number(row?.failed ?? 0) +
        Number(row?.errored ?? 0)
      );
    }
    return run.picked ? Number(row?.picked ?? 0) : size;
  };
  const read = async (
    axis: 'scenario_ix' | 'provider_ix',
    names: readonly string[],
    totals: readonly number[],
  ): Promise<NamedCounters[]> => {
    const rows: TotalsRow[] = await knex('run_cells')
      .where({ run_seq: run.seq })
      .groupBy(axis)
      .select(axis)
      .sum(Object.fromEntries(SUMS.map(name => [name, name])));
    const found = new Map(rows.map(row => [row[axis], row]));
    return names.flatMap((name, index) => {
      const row = found.get(index);
      const total = totalOf(row, totals[index]);
      return total > 0 ? [{ name, ...toCounters(row ?? NOTHING, total) }] : [];
    });
  };

  return {
    scenarios: await read(
      'scenario_ix',
      scenarios.map(({ id }) => id),
      planned.scenarios,
    ),
    providers: await read(
      'provider_ix',
      providers.map(({ id }) => id),
      planned.providers,
    ),
  };
}
