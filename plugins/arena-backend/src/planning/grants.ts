import {
  apiVersionOf,
  ArenaObject,
  ArenaReferenceGrant,
  GrantedKind,
  ReferringKind,
} from '@backstage-arena/plugin-arena-common';
import { createHash } from 'node:crypto';
import { ObjectReader } from '../reconciler/getOrUndefined';

/** Annotation of a Provider or a ToolRegistry: namespaces, separated by commas, whose objects may use it; `*` for all. */
export const ALLOWED_NAMESPACES_ANNOTATION =
  'arena.backstage.io/allowed-namespaces';

/** Most characters of the name of an object. */
const MAX_NAME_LENGTH = 253;
const HASH_LENGTH = 8;

/** Who wants to use something. */
export interface Referrer {
  namespace: string;
  /** Kind of the object that holds the reference; several when nobody knows any more which of them held it: then each will do. */
  kinds: readonly [ReferringKind, ...ReferringKind[]];
}

interface Lent {
  kind: GrantedKind;
  namespace: string;
  name: string;
}

/**
 * Why an object of another namespace may not be used, and what its owner can do about it; undefined when it may be. The answer does not tell
 * whether the object exists.
 */
export async function findMissingGrant(options: {
  store: ObjectReader;
  referrer: Referrer;
  kind: GrantedKind;
  key: { namespace: string; name: string };
  /** What the reference leads to, if there is such an object. */
  object: ArenaObject | undefined;
}): Promise<string | undefined> {
  const { store, referrer, kind, key, object } = options;
  const { namespace, name } = key;
  if (namespace === referrer.namespace) return undefined;
  if (object && isAllowedByAnnotation(object, referrer.namespace)) {
    return undefined;
  }
  const lent = { kind, namespace, name };
  let unread = '';
  try {
    for await (const grant of grantsIn(store, namespace)) {
      if (lends(grant, lent, referrer)) return undefined;
    }
  } catch (error) {
    // Who cannot read grants has none; that must not keep from it what it may do without. They are looked at again once they can be read.
    if (!isUnavailable(error)) throw error;
    unread = `Grants cannot be read: ${error.message}. `;
  }
  return (
    `${kind} ${name} of namespace ${namespace} may not be used from namespace ${referrer.namespace}. ${unread}` +
    `Whoever owns namespace ${namespace} can allow that with this object: ${JSON.stringify(
      grantOf(lent, referrer),
    )}`
  );
}

/** By name, because the error may come from another copy of the package. */
function isUnavailable(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ServiceUnavailableError';
}

function isAllowedByAnnotation(
  object: ArenaObject,
  namespace: string,
): boolean {
  const allowed =
    object.metadata.annotations?.[ALLOWED_NAMESPACES_ANNOTATION] ?? '';
  return allowed
    .split(',')
    .map(entry => entry.trim())
    .some(entry => entry === namespace || entry === '*');
}

async function* grantsIn(
  store: ObjectReader,
  namespace: string,
): AsyncGenerator<ArenaReferenceGrant> {
  let token: string | undefined;
  do {
    const page = await store.list<ArenaReferenceGrant>('ArenaReferenceGrant', {
      namespace,
      continue: token,
    });
    yield* page.items;
    token = page.metadata.continue;
  } while (token);
}

function lends(
  { metadata, spec }: ArenaReferenceGrant,
  lent: Lent,
  referrer: Referrer,
): boolean {
  return (
    // What is on its way out lends nothing any more.
    !metadata.deletionTimestamp &&
    spec.from.some(
      ({ kind, namespace }) =>
        namespace === referrer.namespace && referrer.kinds.includes(kind),
    ) &&
    spec.to.some(
      ({ kind, name }) =>
        kind === lent.kind && (name === undefined || name === lent.name),
    )
  );
}

/** The smallest grant that would do; one line of it is YAML as well. */
function grantOf(
  { kind, namespace, name }: Lent,
  referrer: Referrer,
): Pick<ArenaReferenceGrant, 'apiVersion' | 'kind' | 'spec'> & {
  metadata: { name: string; namespace: string };
} {
  const spec: ArenaReferenceGrant['spec'] = {
    from: [{ kind: referrer.kinds[0], namespace: referrer.namespace }],
    to: [{ kind, name }],
  };
  return {
    apiVersion: apiVersionOf('ArenaReferenceGrant'),
    kind: 'ArenaReferenceGrant',
    metadata: { name: grantName(spec), namespace },
    spec,
  };
}

/** A name of its own for each suggestion: one that is applied must not take the place of another. */
function grantName({ from, to }: ArenaReferenceGrant['spec']): string {
  const words = [from[0].namespace, from[0].kind, to[0].name, to[0].kind];
  const hash = createHash('sha256')
    .update(JSON.stringify([from, to]))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  const readable = words
    .join('-')
    .toLowerCase()
    .slice(0, MAX_NAME_LENGTH - HASH_LENGTH - 1);
  return `${readable.replace(/[^a-z0-9]+$/, '')}-${hash}`;
}
