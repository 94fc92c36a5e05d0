import {
  ARENA_ANNOTATIONS,
  ArenaSource,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { isError } from '@backstage/errors';

const MAX_ATTEMPTS = 10;

/** Has a source fetched at once, by the annotation that any client of the API may set. Returns it as it is before that. */
export async function requestSync(
  store: Pick<ResourceStore, 'get' | 'update'>,
  key: ObjectKey,
  request: string,
): Promise<ArenaSource> {
  for (let attempt = 1; ; attempt += 1) {
    const source = await store.get<ArenaSource>('ArenaSource', key);
    try {
      return await store.update<ArenaSource>({
        ...source,
        metadata: {
          ...source.metadata,
          annotations: {
            ...source.metadata.annotations,
            [ARENA_ANNOTATIONS.reconcileAt]: request,
          },
        },
      } as never);
    } catch (error) {
      const lostRace = isError(error) && error.name === 'ConflictError';
      if (!lostRace || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
