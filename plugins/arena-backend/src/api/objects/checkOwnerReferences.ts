import { InputError } from '@backstage/errors';
import {
  ARENA_KINDS,
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { isNotFound } from '../../reconciler/getOrUndefined';

/**
 * Refuses owners that the caller may not change. Who is owned by a job counts as its child: belongs to its schedule and its results, and goes
 * with it.
 *
 * @param options.stored - what is there, whose owners were checked when they were given
 * @param options.mayUpdate - throws when the caller may not
 * @throws InputError for an owner that is not there; what `mayUpdate` throws
 */
export async function checkOwnerReferences(
  object: ArenaObjectInput,
  options: {
    store: Pick<ResourceStore, 'get' | 'cluster'>;
    stored?: ArenaObject;
    mayUpdate: (owner: ObjectAddress) => Promise<unknown>;
  },
): Promise<void> {
  const { store, stored, mayUpdate } = options;
  const { namespace = '', ownerReferences = [] } = object.metadata;
  const known = new Set(
    stored?.metadata.ownerReferences?.map(owner => JSON.stringify(owner)),
  );
  for (const [index, owner] of ownerReferences.entries()) {
    const kind = ARENA_KINDS.find(each => each.kind === owner.kind)?.kind;
    if (!kind || known.has(JSON.stringify(owner))) continue;
    const { name, uid } = owner;
    const isThere = await exists(store, { kind, namespace, name, uid }, () =>
      mayUpdate({ cluster: store.cluster, kind, namespace, name }),
    );
    if (!isThere) {
      throw new InputError(
        `metadata.ownerReferences[${index}]: Invalid value: there is no ${kind} '${namespace}/${name}' with uid '${uid}'`,
      );
    }
  }
}

async function exists(
  store: Pick<ResourceStore, 'get'>,
  {
    kind,
    namespace,
    name,
    uid,
  }: { kind: ArenaKind; namespace: string; name: string; uid: string },
  allowed: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await allowed();
    const { metadata } = await store.get(kind, { namespace, name });
    return metadata.uid === uid;
  } catch (error) {
    // What the caller may not see is answered like what is not there.
    if (isNotFound(error)) return false;
    throw error;
  }
}
