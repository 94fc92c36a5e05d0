import { ArenaObject, GrantedKind } from '@backstage-arena/plugin-arena-common';
import { getOrUndefined, ObjectReader } from '../reconciler/getOrUndefined';
import { findMissingGrant, Referrer } from './grants';

/** An object that a reference leads to, or why it may not be used. */
export type LentLookup<T> =
  | { ok: true; object: T }
  | { ok: false; reason: string; message: string };

/** Follows a reference, which may lead into another namespace if that one grants it. */
export async function findLent<T extends ArenaObject>(options: {
  store: ObjectReader;
  referrer: Referrer;
  kind: GrantedKind;
  key: { namespace: string; name: string };
}): Promise<LentLookup<T>> {
  const { store, referrer, kind, key } = options;
  const { namespaces } = store;
  if (namespaces && !namespaces.includes(key.namespace)) {
    return {
      ok: false,
      reason: 'NamespaceNotServed',
      message: `${kind} ${key.name} of namespace ${
        key.namespace
      } cannot be used: the portal serves no other namespaces of this cluster than ${namespaces.join(
        ', ',
      )}`,
    };
  }
  const object = await getOrUndefined<T>(store, kind, key);
  if (!object) {
    return {
      ok: false,
      reason: `${kind}NotFound`,
      message: `${kind} ${key.name} does not exist in namespace ${key.namespace}`,
    };
  }
  const message = await findMissingGrant({ store, referrer, kind, object });
  return message
    ? { ok: false, reason: `${kind}NotGranted`, message }
    : { ok: true, object };
}
