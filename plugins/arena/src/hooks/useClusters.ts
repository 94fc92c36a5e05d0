import { useEffect } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { ClusterInfo } from '@backstage-arena/plugin-arena-common';
import { arenaApiRef } from '../api';
import { Query, useQuery } from './useQuery';

/** How soon a reader learns that a cluster went away or came back. */
const RECHECK_MS = 20_000;

/** The clusters of the portal, with their state now. The first one is the default. */
export function useClusters(): Query<ClusterInfo[]> {
  const api = useApi(arenaApiRef);
  const clusters = useQuery(signal => api.clusters({ signal }), [api]);
  const { reload } = clusters;
  useEffect(() => {
    const timer = setInterval(reload, RECHECK_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return clusters;
}
