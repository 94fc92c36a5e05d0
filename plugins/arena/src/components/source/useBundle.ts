import { useApi } from '@backstage/frontend-plugin-api';
import { SourceBundle } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../../api';
import { Query, useQuery } from '../../hooks/useQuery';
import { JobAddress } from '../../shell';

/** What the bundle of a revision consists of, and its faults. */
export function useBundle(
  address: JobAddress,
  digest: string,
  arenaFile?: string,
): Query<SourceBundle> {
  const api = useApi(arenaApiRef);
  const { cluster, namespace, name } = address;
  return useQuery(
    signal =>
      api.sourceBundle({ cluster, namespace, name }, digest, {
        signal,
        arenaFile,
      }),
    [api, cluster, namespace, name, digest, arenaFile],
  );
}
