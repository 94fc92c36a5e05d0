import { Knex } from 'knex';
import { LabelRequirement } from '../selectors/labelSelector';

/** So few objects are looked up one by one. */
const FEW = 500;

/**
 * The objects that have what one of the requirements wants, when there are few of them: the children of a job among all jobs. A database
 * without statistics (SQLite) would walk through all objects to find them.
 *
 * @returns UIDs of any kind; undefined when no requirement selects few
 */
export async function withRareLabel(
  tx: Knex,
  requirements: readonly LabelRequirement[],
): Promise<string[] | undefined> {
  for (const { key, operator, values } of requirements) {
    if (operator !== 'in') continue;
    const rows: Array<{ uid: string }> = await tx('resource_labels')
      .where('key', key)
      .whereIn('value', values)
      .limit(FEW + 1)
      .select('uid');
    if (rows.length <= FEW) return rows.map(({ uid }) => uid);
  }
  return undefined;
}
