import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RevisionRow } from '../tables';

export type ChangeRow = Pick<
  RevisionRow,
  'resource_version' | 'kind' | 'type' | 'document'
>;

/** Changes after one version, up to and with another, in order. */
export async function readChanges(
  knex: Knex,
  options: {
    cluster: string;
    kind: ArenaKind | 'Event' | 'all' | 'all and events';
    namespace?: string;
    after: number;
    until: number;
    limit: number;
  },
): Promise<ChangeRow[]> {
  const { cluster, kind, namespace, after, until, limit } = options;
  const query = knex<RevisionRow>('resource_revisions')
    .where({ cluster })
    .where('resource_version', '>', after)
    .where('resource_version', '<=', until)
    .orderBy('resource_version')
    .limit(limit)
    .select('resource_version', 'kind', 'type', 'document');
  if (kind === 'all') {
    query.whereNot({ kind: 'Event' });
  } else if (kind !== 'all and events') {
    query.where({ kind });
  }
  if (namespace !== undefined) {
    query.where({ namespace });
  }
  return query;
}
