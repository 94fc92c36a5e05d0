import {
  ARENA_ANNOTATIONS,
  ArenaSource,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { updateWithRetry } from '../reconciler/updateWithRetry';

const MAX_ATTEMPTS = 10;

/** Has a source fetched at once, by the annotation that any client of the API may set. Returns it as it is before that. */
export async function requestSync(
  store: Pick<ResourceStore, 'get' | 'update'>,
  key: ObjectKey,
  request: string,
): Promise<ArenaSource> {
  return updateWithRetry(
    store,
    () => store.get<ArenaSource>('ArenaSource', key),
    source => ({
      ...source,
      metadata: {
        ...source.metadata,
        annotations: {
          ...source.metadata.annotations,
          [ARENA_ANNOTATIONS.reconcileAt]: request,
        },
      },
    }),
    { attempts: MAX_ATTEMPTS },
  );
}
