import { Knex } from 'knex';
import { StoreRow } from '../tables';

/**
 * Takes the store's lock until the transaction ends, and the next version with it.
 *
 * @remarks
 * Versions therefore become visible in the order of their numbers: who has seen version 7 has everything up to 7, and a
 * watch cannot skip a change that commits late. Must be the first statement of the transaction.
 */
export async function allocateVersion(
  tx: Knex.Transaction,
  cluster: string,
): Promise<number> {
  const take = () =>
    tx<StoreRow>('resource_stores')
      .where({ cluster })
      .update({ resource_version: tx.raw('resource_version + 1') })
      .returning('resource_version');

  let [row] = await take();
  if (!row) {
    await tx<StoreRow>('resource_stores')
      .insert({ cluster, resource_version: 0, compacted_version: 0 })
      .onConflict('cluster')
      .ignore();
    [row] = await take();
  }
  return Number(row.resource_version);
}
