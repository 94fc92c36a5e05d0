import { JsonObject, JsonValue } from '@backstage/types';
import { isObject, own } from './values';

/**
 * Rewrites what callers may write and CRDs refuse: a provider group in map form (provider id to entry) becomes a list of entries with `id`.
 * Everything else is left as it is.
 *
 * @public
 */
export function normalizeInput<T>(input: T): T {
  if (!isObject(input) || own(input, 'kind') !== 'ArenaJob') {
    return input;
  }
  const spec = own(input, 'spec');
  const providers = isObject(spec) ? own(spec, 'providers') : undefined;
  if (!isObject(spec) || !isObject(providers)) {
    return input;
  }
  const rewritten = Object.fromEntries(
    Object.entries(providers).map(([name, group]) => [name, asList(group)]),
  );
  return { ...input, spec: { ...spec, providers: rewritten } };
}

function asList(group: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(group)) {
    return group;
  }
  return Object.entries(group).map(([id, entry]): JsonValue => {
    if (!isObject(entry)) {
      return entry ?? null;
    }
    // An id of its own that says otherwise stays, for admission to see.
    const withId: JsonObject = { id, ...entry };
    return withId;
  });
}
