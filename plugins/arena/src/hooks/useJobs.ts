import { useApi } from '@backstage/frontend-plugin-api';
import {
  ArenaObject,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { phaseOf } from '../lib/jobs';
import { useArenaStream } from './useArenaStream';
import { Query, useQuery } from './useQuery';
import { useThrottled } from './useThrottled';

/** Whole pages are read again at most this often, however much happens. */
const RELOAD_MS = 800;

/** A page of jobs that follows what happens to them. */
export function useJobs(query: JobsQuery): Query<JobsPage> {
  const api = useApi(arenaApiRef);
  const key = JSON.stringify(query);
  const result = useQuery(signal => api.jobs(query, { signal }), [api, key], {
    keepPrevious: true,
  });
  const reload = useThrottled(result.reload, RELOAD_MS);

  useArenaStream('jobs', message => {
    if (message.type === 'reset') {
      reload();
    } else if (
      message.type === 'object' &&
      message.object.kind === 'ArenaJob' &&
      message.cluster === query.cluster
    ) {
      const { object, change } = message;
      const known = result.value?.items.find(
        item => item.metadata.uid === object.metadata.uid,
      );
      if (known && change !== 'DELETED') {
        result.mutate(page => ({
          ...page,
          items: replace(page.items, object),
        }));
      }
      // Whether a job belongs on this page only the server knows; its counters never change that.
      if (
        !known ||
        change !== 'MODIFIED' ||
        phaseOf(known) !== phaseOf(object)
      ) {
        reload();
      }
    }
  });
  return result;
}

function replace(items: ArenaObject[], object: ArenaObject): ArenaObject[] {
  return items.map(item =>
    item.metadata.uid === object.metadata.uid ? object : item,
  );
}
