import {
  apiVersionOf,
  ArenaKind,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { namesOfKind } from '../../store/storeErrors';

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** Path of all objects of a kind, in one namespace or everywhere. @throws InputError for an unknown kind */
export function collectionPath(kind: ArenaKind, namespace?: string): string {
  const { plural } = namesOfKind(kind);
  const scope = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `/apis/${apiVersionOf(kind)}${scope}/${plural}`;
}

export function isNamespaceName(namespace: string): boolean {
  return LABEL.test(namespace);
}

/** Path of an object; undefined for a key that no object can have, and that would lead elsewhere in a path. */
export function objectPath(
  kind: ArenaKind,
  { namespace, name }: ObjectKey,
): string | undefined {
  const path = collectionPath(kind, namespace);
  return isNamespaceName(namespace) && SUBDOMAIN.test(name)
    ? `${path}/${name}`
    : undefined;
}
