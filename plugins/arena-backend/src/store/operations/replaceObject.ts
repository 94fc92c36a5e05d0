import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import { indexColumns } from '../selectors/selectableFields';
import { LabelRow, OwnerRow, ResourceRow } from '../tables';
import { allocateVersion } from './allocateVersion';
import { StaleObjectError } from './StaleObjectError';
import { writeLabels, writeOwners } from './writeRelations';
import { writeRevision } from './writeRevision';

/**
 * Puts a new state in the place of the one that the caller has seen.
 *
 * @returns the object with its version
 * @throws StaleObjectError when the object is not in that state any more
 */
export async function replaceObject(
  tx: Knex.Transaction,
  options: {
    cluster: string;
    current: ArenaObject;
    next: ArenaObject;
    now: Date;
  },
): Promise<ArenaObject> {
  const { cluster, current, now } = options;
  const previous = Number(current.metadata.resourceVersion);
  const version = await allocateVersion(tx, cluster);
  const object = {
    ...options.next,
    metadata: { ...options.next.metadata, resourceVersion: String(version) },
  };
  const { uid, labels, ownerReferences } = object.metadata;
  const changed = await tx<ResourceRow>('resources')
    .where({ uid, resource_version: previous })
    .update({ resource_version: version, ...indexColumns(object) });
  if (changed !== 1) {
    throw new StaleObjectError();
  }
  if (!isDeepStrictEqual(labels, current.metadata.labels)) {
    await tx<LabelRow>('resource_labels').where({ uid }).delete();
    await writeLabels(tx, object);
  }
  if (!isDeepStrictEqual(ownerReferences, current.metadata.ownerReferences)) {
    await tx<OwnerRow>('resource_owners').where({ uid }).delete();
    await writeOwners(tx, object);
  }
  await writeRevision(tx, {
    cluster,
    object,
    type: 'MODIFIED',
    previous,
    now,
  });
  return object;
}
