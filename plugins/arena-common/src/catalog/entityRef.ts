import { ArenaKind } from '../resources/meta';

const MAX_LENGTH = 63;
const PLAIN = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** What an object is called among the entities of the kind Resource, which it shares with objects of other kinds. */
const RESOURCE_PARTS: Partial<Record<ArenaKind, string>> = {
  Provider: 'provider',
  AgentRuntime: 'agent',
};

/**
 * Kind of the catalog entity of an object. Providers and agents are Resources, as other things that software depends on.
 *
 * @public
 */
export function arenaEntityKind(kind: ArenaKind): string {
  return RESOURCE_PARTS[kind] ? 'Resource' : kind;
}

/**
 * Name of the catalog entity of an object: `<name>_<cluster>`, of a Provider `<name>_provider_<cluster>`, of an AgentRuntime `<name>_agent_<cluster>`. No other
 * object has it, since no part can hold an underscore. What does not fit into the 63 characters of an entity's name, or has letters that it may not have, is
 * shortened and ends in a hash.
 *
 * @public
 */
export function arenaEntityName(object: {
  /** Default: a kind that has a kind of entity of its own, such as ArenaJob. */
  kind?: ArenaKind;
  cluster: string;
  namespace: string;
  name: string;
}): string {
  const { cluster, name } = object;
  const part = object.kind && RESOURCE_PARTS[object.kind];
  const whole = part ? `${name}_${part}_${cluster}` : `${name}_${cluster}`;
  if (PLAIN.test(name) && PLAIN.test(cluster) && whole.length <= MAX_LENGTH) {
    return whole;
  }
  const hash = fnv1a64(
    JSON.stringify(part ? [cluster, name, part] : [cluster, name]),
  );
  const readable = `${name}-${cluster}`
    .toLocaleLowerCase('en-US')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, MAX_LENGTH - hash.length - 2)
    .replace(/-$/, '');
  // Two underscores: never the name of an object that fits.
  return readable ? `${readable}__${hash}` : hash;
}

/**
 * Reference of the catalog entity of an object.
 *
 * @public
 */
export function arenaEntityRef(object: {
  kind: ArenaKind;
  cluster: string;
  namespace: string;
  name: string;
}): string {
  const { kind, namespace } = object;
  // `stringifyEntityRef` would bring the whole of the catalog model with it, which doubles the time that a worker takes to start.
  return `${arenaEntityKind(kind)}:${namespace}/${arenaEntityName(
    object,
  )}`.toLowerCase();
}

/** A hash that is the same in browsers and in Node, and needs no secrecy: it only keeps shortened names apart. */
function fnv1a64(text: string): string {
  let hash = BigInt('0xcbf29ce484222325');
  const prime = BigInt('0x100000001b3');
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  }
  return hash.toString(36).padStart(13, '0');
}
