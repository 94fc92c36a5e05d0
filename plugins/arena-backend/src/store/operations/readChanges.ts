import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { RevisionRow } from '../tables';

export type ChangeRow = Pick<
  RevisionRow,
  'resource_version' | 'kind' | 'namespace' | 'type' | 'document'
>;

/** Which changes a reader wants. */
export interface ChangeSelection {
  kind: ArenaKind | 'Event' | 'all' | 'all and events';
  namespace?: string;
}

/** Changes after one version, up to and with another, in order. */
export async function readChanges(
  knex: Knex,
  options: ChangeSelection & {
    cluster: string;
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
    .select('resource_version', 'kind', 'namespace', 'type', 'document');
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
