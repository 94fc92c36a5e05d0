import { useApi } from '@backstage/frontend-plugin-api';
import { ArenaList } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { useArenaStream } from '../../hooks/useArenaStream';
import { Query, useQuery } from '../../hooks/useQuery';
import { useThrottled } from '../../hooks/useThrottled';

/** Sources on one page of the list. */
export const SOURCES_PER_PAGE = 50;

/** A page of the sources of a cluster, live. */
export function useSources(cluster: string, cursor?: string): Query<ArenaList> {
  const api = useApi(arenaApiRef);
  const result = useQuery(
    signal =>
      api.list(
        {
          cluster,
          kind: 'ArenaSource',
          limit: SOURCES_PER_PAGE,
          continue: cursor,
        },
        { signal },
      ),
    [api, cluster, cursor],
    { keepPrevious: true },
  );
  const reload = useThrottled(result.reload, 2000);
  useArenaStream('sources', message => {
    if (message.type === 'reset') {
      reload();
    } else if (
      message.type === 'object' &&
      message.object.kind === 'ArenaSource' &&
      message.cluster === cluster
    ) {
      const { object, change } = message;
      const isKnown = result.value?.items.some(
        item => item.metadata.uid === object.metadata.uid,
      );
      if (change === 'MODIFIED' && isKnown) {
        result.mutate(list => ({
          ...list,
          items: list.items.map(item =>
            item.metadata.uid === object.metadata.uid ? object : item,
          ),
        }));
      } else {
        reload();
      }
    }
  });
  return result;
}
