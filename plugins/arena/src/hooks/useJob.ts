import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { isNotFound } from '../lib/errors';
import { JobAddress } from '../shell';
import { useArenaStream } from './useArenaStream';
import { Query, useQuery } from './useQuery';
import { useThrottled } from './useThrottled';

/** The state of a job that may be gone. */
export type JobState = { object: ArenaObject } | { object: undefined };

/** A job, live. Its object is `undefined` when it does not exist (any more). */
export function useJob(address: JobAddress | undefined): Query<JobState> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address ?? {};
  const result = useQuery<JobState>(
    async signal => {
      if (!cluster || !namespace || !name) return { object: undefined };
      try {
        const object = await api.get(
          { cluster, namespace, name, kind: 'ArenaJob' },
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

  useArenaStream(address && `job:${cluster}/${namespace}/${name}`, message => {
    if (message.type === 'reset') {
      reload();
    } else if (
      message.type === 'object' &&
      message.cluster === cluster &&
      message.object.kind === 'ArenaJob' &&
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
