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
  const { store, kind, key } = options;
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
  // First of all: names of other namespaces are nobody's business without a grant.
  const missing = await findMissingGrant({ ...options, object });
  if (missing) {
    return { ok: false, reason: `${kind}NotGranted`, message: missing };
  }
  if (!object) {
    return {
      ok: false,
      reason: `${kind}NotFound`,
      message: `${kind} ${key.name} does not exist in namespace ${key.namespace}`,
    };
  }
  return { ok: true, object };
}
