import { useApi } from '@backstage/frontend-plugin-api';
import {
  ArenaObject,
  SourceRevision,
} from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { Query, useQuery } from '../../hooks/useQuery';
import { statusText } from '../../lib/jobs';
import { digestOf } from '../../lib/sources';
import { JobAddress, useSearchState } from '../../shell';

/** What a source has fetched, newest first; read again when it has fetched something. */
export function useRevisions(
  address: JobAddress,
  source: ArenaObject,
): Query<SourceRevision[]> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address;
  return useQuery(
    signal => api.sourceRevisions({ cluster, namespace, name }, { signal }),
    [
      api,
      cluster,
      namespace,
      name,
      digestOf(source),
      statusText(source, 'lastSyncRevision'),
    ],
    { keepPrevious: true },
  );
}

/** The revision that the address of the page names by its version, else the one that new runs are pinned to. */
export function useChosenRevision(revisions: readonly SourceRevision[]): {
  revision: SourceRevision | undefined;
  choose: (revision: SourceRevision) => void;
} {
  const search = useSearchState();
  const version = search.get('revision');
  return {
    revision:
      revisions.find(one => one.version === version) ??
      revisions.find(one => one.current) ??
      revisions[0],
    choose: revision =>
      search.set(
        {
          // That of today is the next one tomorrow.
          revision: revision.current ? undefined : revision.version,
          line: undefined,
        },
        { push: true },
      ),
  };
}
