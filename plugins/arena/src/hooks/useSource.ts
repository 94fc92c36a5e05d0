import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { isNotFound } from '../lib/errors';
import { JobAddress } from '../shell';
import { useArenaStream } from './useArenaStream';
import { Query, useQuery } from './useQuery';
import { useThrottled } from './useThrottled';

/** A source, live. Its object is `undefined` when it does not exist (any more). */
export function useSource(
  address: JobAddress,
): Query<{ object: ArenaObject | undefined }> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address;
  const result = useQuery<{ object: ArenaObject | undefined }>(
    async signal => {
      try {
        const object = await api.get(
          { cluster, namespace, name, kind: 'ArenaSource' },
          { signal },
        );
        return { object };
      } catch (error) {
        if (isNotFound(error)) return { object: undefined };
        throw error;
      }
    },
    [api, cluster, namespace, name],
  );
  const reload = useThrottled(result.reload, 1000);

  useArenaStream('sources', message => {
    if (message.type === 'reset') {
      reload();
    } else if (
      message.type === 'object' &&
      message.cluster === cluster &&
      message.object.kind === 'ArenaSource' &&
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
