import { Knex } from 'knex';
import { RunItemRow } from './tables';

/** A condition on a column that the planner cannot use an index for, so that it walks the one that gives the order. */
export function hiddenIn(
  knex: Knex,
  column: keyof RunItemRow,
  values: readonly number[],
): Knex.Raw {
  // An empty list matches nothing.
  if (values.length === 0) return knex.raw('1 = 0');
  return knex.raw(`(${column} + 0) in (${values.map(() => '?').join(', ')})`, [
    ...values,
  ]);
}
