import {
  ARENA_KINDS,
  ArenaKindNames,
  findArenaKind,
  ObjectAddress,
} from '@backstage-arena/plugin-arena-common';
import { UsageError } from '../cli/errors';
import { Portal } from './openPortal';

/** @throws UsageError */
export function kindOf(name: string): ArenaKindNames {
  // `jobs` is what people say.
  const names = findArenaKind(name) ?? findArenaKind(`arena${name}`);
  if (names) return names;
  throw new UsageError(
    `'${name}' is no kind: allowed are ${ARENA_KINDS.map(
      kind => `${kind.plural} (${kind.shortNames.join(', ')})`,
    ).join(', ')}`,
  );
}

/** Objects named as `KIND NAME...` or `KIND/NAME...`. */
export function addressesOf(
  words: readonly string[],
  portal: Pick<Portal, 'cluster' | 'namespace'>,
): ObjectAddress[] {
  const { cluster, namespace } = portal;
  const address = (kind: string, name: string): ObjectAddress => ({
    cluster,
    namespace,
    kind: kindOf(kind).kind,
    name,
  });
  if (words[0]?.includes('/')) {
    return words.map(word => {
      const [kind, name, ...rest] = word.split('/');
      if (!kind || !name || rest.length > 0) {
        throw new UsageError(`'${word}' is no object: give KIND/NAME`);
      }
      return address(kind, name);
    });
  }
  const [kind, ...names] = words;
  if (kind === undefined || names.length === 0) {
    throw new UsageError('The object is missing: give KIND NAME or KIND/NAME');
  }
  return names.map(name => address(kind, name));
}

/** A job is named alone, or as `arenajob/NAME`. */
export function jobAddress(
  word: string,
  portal: Pick<Portal, 'cluster' | 'namespace'>,
): ObjectAddress {
  const [address] = addressesOf(
    word.includes('/') ? [word] : ['arenajob', word],
    portal,
  );
  if (address.kind !== 'ArenaJob') {
    throw new UsageError(`'${word}' is no ArenaJob`);
  }
  return address;
}

/** `arenajob/x`, as kubectl prints it. */
export function shortName(address: Pick<ObjectAddress, 'kind' | 'name'>) {
  return `${kindOf(address.kind).singular}/${address.name}`;
}
