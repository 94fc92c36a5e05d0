import { Knex } from 'knex';
import { RunBudgetGrantRow } from './tables';

/** What the workers of runs were granted of their budgets, by run: what they spend in the end is not more. */
export async function readGranted(
  knex: Knex,
  runSeqs: readonly number[],
): Promise<Map<number, number>> {
  const rows = await knex<RunBudgetGrantRow>('run_budget_grants')
    .whereIn('run_seq', [...runSeqs])
    .groupBy('run_seq')
    .select('run_seq')
    .sum({ granted: 'granted' });
  return new Map(
    rows.map(({ run_seq: seq, granted }) => [seq, Number(granted)]),
  );
}
