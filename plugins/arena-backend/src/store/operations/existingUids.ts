import { Knex } from 'knex';
import { ResourceRow } from '../tables';

/** Those of the UIDs that belong to objects that exist. */
export async function existingUids(
  knex: Knex,
  options: { cluster: string; uids: readonly string[] },
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let i = 0; i < options.uids.length; i += 500) {
    const rows = await knex<ResourceRow>('resources')
      .where({ cluster: options.cluster })
      .whereIn('uid', options.uids.slice(i, i + 500))
      .select('uid');
    rows.forEach(row => found.add(row.uid));
  }
  return found;
}
