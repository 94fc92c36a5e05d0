import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { isNotFound } from '../lib/errors';
import { JobAddress } from '../shell';
import { useArenaStream } from './useArenaStream';
import { Query, useQuery } from './useQuery';
import { useThrottled } from './useThrottled';

/** The state of an object that may be gone. */
export type ObjectState = { object: ArenaObject } | { object: undefined };

/**
 * An object, live: `undefined` when it does not exist (any more), or without an address.
 *
 * @param topic - of the live stream that tells of it
 */
export function useObject(
  kind: ArenaKind,
  address: JobAddress | undefined,
  topic: string | undefined,
): Query<ObjectState> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address ?? {};
  const result = useQuery<ObjectState>(
    async signal => {
      if (!cluster || !namespace || !name) return { object: undefined };
      try {
        const object = await api.get(
          { cluster, namespace, name, kind },
          { signal },
        );
        return { object };
      } catch (error) {
        if (isNotFound(error)) return { object: undefined };
        throw error;
      }
    },
    [api, cluster, namespace, name, kind],
  );
  const reload = useThrottled(result.reload, 1000);

  useArenaStream(topic, message => {
    if (message.type === 'reset') {
      reload();
    } else if (
      message.type === 'object' &&
      message.cluster === cluster &&
      message.object.kind === kind &&
      message.object.metadata.namespace === namespace &&
      message.object.metadata.name === name
    ) {
      const { change, object } = message;
      result.mutate(() => ({
        object: change === 'DELETED' ? undefined : object,
      }));
    }
  });
  return result;
}
