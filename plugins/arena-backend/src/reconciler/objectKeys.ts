import { ObjectKey } from '@backstage-arena/plugin-arena-common';

/** Text form of a key, as queues and maps use it. */
export function formatKey(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}

/** Reverse of {@link formatKey}. A namespace never contains a slash. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
