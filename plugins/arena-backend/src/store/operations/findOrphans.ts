import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';

export interface Orphan {
  uid: string;
  kind: ArenaKind;
  namespace: string;
  name: string;
}

/** Objects of which an owner is gone, in order of UID, without those before the given one. */
export async function findOrphans(
  knex: Knex,
  options: {
    cluster: string;
    /** Only what this one owned; absent: look at all. */
    ownerUid?: string;
    afterUid?: string;
    limit: number;
  },
): Promise<Orphan[]> {
  const { cluster, ownerUid, afterUid, limit } = options;
  const query = knex('resource_owners as o')
    .join('resources as r', 'r.uid', 'o.uid')
    .where('r.cluster', cluster)
    .whereNotExists(owner =>
      owner
        .from('resources as p')
        .whereRaw('p.uid = o.owner_uid')
        .where('p.cluster', cluster),
    )
    .orderBy('r.uid')
    .limit(limit)
    .distinct('r.uid', 'r.kind', 'r.namespace', 'r.name');
  if (ownerUid !== undefined) {
    query.where('o.owner_uid', ownerUid);
  }
  if (afterUid !== undefined) {
    query.where('r.uid', '>', afterUid);
  }
  return query;
}
