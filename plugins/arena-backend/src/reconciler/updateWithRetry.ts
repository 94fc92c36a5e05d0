import { setTimeout as pause } from 'node:timers/promises';
import { isError } from '@backstage/errors';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';

const ATTEMPTS = 50;
/** Whoever writes all the time would win each race that begins at the same moment. */
const MAX_PAUSE_MS = 10;

/**
 * Changes an object whoever else writes it: the reconciler writes status all the time, and then only the resource version is stale, not the wish.
 *
 * @param read - reads the object anew for each try
 * @param change - what it is to be; undefined when it is that already
 * @throws what `read` and `change` throw, at once; ConflictError when somebody else was always faster
 */
export async function updateWithRetry<T extends ArenaObject>(
  store: Pick<ResourceStore, 'update'>,
  read: () => Promise<T>,
  change: (object: T) => T | undefined,
  options: { attempts?: number } = {},
): Promise<T> {
  const { attempts = ATTEMPTS } = options;
  for (let attempt = 1; ; attempt += 1) {
    const object = await read();
    const changed = change(object);
    if (changed === undefined) return object;
    try {
      return await store.update<T>(changed);
    } catch (error) {
      const isConflict = isError(error) && error.name === 'ConflictError';
      if (!isConflict || attempt >= attempts) throw error;
      await pause(Math.random() * MAX_PAUSE_MS);
    }
  }
}
