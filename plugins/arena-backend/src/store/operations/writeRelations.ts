import {
  ARENA_KINDS,
  ArenaObject,
  OwnerReference,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { LabelRow, OwnerRow } from '../tables';

/** Rows per statement, so that SQLite's limit of variables is never reached. */
const BATCH = 200;

/** Makes an object's labels selectable. */
export async function writeLabels(
  tx: Knex.Transaction,
  object: ArenaObject,
): Promise<void> {
  const { uid, labels = {} } = object.metadata;
  const rows = Object.entries(labels).map(([key, value]) => ({
    uid,
    key,
    value,
  }));
  for (let i = 0; i < rows.length; i += BATCH) {
    await tx<LabelRow>('resource_labels').insert(rows.slice(i, i + BATCH));
  }
}

/** True for an owner that lives in this store, if it lives. */
export function isArenaOwner(owner: OwnerReference): boolean {
  return ARENA_KINDS.some(({ group }) =>
    owner.apiVersion.startsWith(`${group}/`),
  );
}

/** Makes an object findable by its owners. Owners outside of our API groups are not ours to judge, so they are left out. */
export async function writeOwners(
  tx: Knex.Transaction,
  object: ArenaObject,
): Promise<void> {
  const { uid, ownerReferences = [] } = object.metadata;
  const owners = new Set(
    ownerReferences.filter(isArenaOwner).map(owner => owner.uid),
  );
  const rows = [...owners].map(owner_uid => ({ uid, owner_uid }));
  for (let i = 0; i < rows.length; i += BATCH) {
    await tx<OwnerRow>('resource_owners').insert(rows.slice(i, i + BATCH));
  }
}
