import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { indexColumns } from '../selectors/selectableFields';
import { ResourceRow } from '../tables';
import { allocateVersion } from './allocateVersion';
import { writeLabels, writeOwners } from './writeRelations';
import { writeRevision } from './writeRevision';

/**
 * Adds a new object.
 *
 * @returns the object with its version
 * @throws a unique violation when the address is taken
 */
export async function insertObject(
  tx: Knex.Transaction,
  options: { cluster: string; object: ArenaObject; now: Date },
): Promise<ArenaObject> {
  const { cluster, now } = options;
  const version = await allocateVersion(tx, cluster);
  const object = {
    ...options.object,
    metadata: {
      ...options.object.metadata,
      resourceVersion: String(version),
    },
  };
  const { uid, namespace, name } = object.metadata;
  await tx<ResourceRow>('resources').insert({
    uid,
    cluster,
    kind: object.kind,
    namespace,
    name,
    resource_version: version,
    created_at: now.getTime(),
    ...indexColumns(object),
  });
  await writeLabels(tx, object);
  await writeOwners(tx, object);
  await writeRevision(tx, { cluster, object, type: 'ADDED', now });
  return object;
}
