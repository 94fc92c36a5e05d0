import {
  ArenaKind,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';

/** The object under this address as it is now. */
export async function findObject(
  knex: Knex,
  options: { cluster: string; kind: ArenaKind; key: ObjectKey },
): Promise<ArenaObject | undefined> {
  const { cluster, kind, key } = options;
  // PostgreSQL has no NUL in a text, so nothing can have such a name.
  if (`${key.namespace}${key.name}`.includes('\0')) {
    return undefined;
  }
  const row = await knex('resources as r')
    .join('resource_revisions as v', join =>
      join
        .on('v.cluster', 'r.cluster')
        .andOn('v.resource_version', 'r.resource_version'),
    )
    .where({
      'r.cluster': cluster,
      'r.kind': kind,
      'r.namespace': key.namespace,
      'r.name': key.name,
    })
    .first<{ document: string } | undefined>('v.document');
  return row && JSON.parse(row.document);
}
