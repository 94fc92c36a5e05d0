import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { ResourceRow } from '../tables';
import { allocateVersion } from './allocateVersion';
import { StaleObjectError } from './StaleObjectError';
import { writeRevision } from './writeRevision';

/**
 * Takes an object away in the state that the caller has seen.
 *
 * @returns the object as it was, with the version of its deletion
 * @throws StaleObjectError when the object is not in that state any more
 */
export async function removeObject(
  tx: Knex.Transaction,
  options: {
    cluster: string;
    current: ArenaObject;
    /** What the deletion shows, when the last write also changed something. */
    last?: ArenaObject;
    now: Date;
  },
): Promise<ArenaObject> {
  const { cluster, current, last = current, now } = options;
  const previous = Number(current.metadata.resourceVersion);
  const version = await allocateVersion(tx, cluster);
  const object = {
    ...last,
    metadata: { ...last.metadata, resourceVersion: String(version) },
  };
  // Labels and owner references go with it by their foreign keys.
  const removed = await tx<ResourceRow>('resources')
    .where({ uid: current.metadata.uid, resource_version: previous })
    .delete();
  if (removed !== 1) {
    throw new StaleObjectError();
  }
  await writeRevision(tx, { cluster, object, type: 'DELETED', previous, now });
  return object;
}
