import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { JobOverviews } from '@backstage-arena/plugin-arena-common';
import { Query } from '../../hooks/useQuery';
import { clusterOf, jobAddressOf } from '../../lib/entities';
import { useOverviews } from '../../overview/useOverviews';

/** What the server takes at once. */
const MAX_JOBS = 200;

/** The jobs that belong to the reader or to a group of theirs, as the catalog has it; live. */
export function useOwnedJobs(): Query<JobOverviews> {
  const identityApi = useApi(identityApiRef);
  const catalogApi = useApi(catalogApiRef);
  return useOverviews('owned', async () => {
    const { ownershipEntityRefs } = await identityApi.getBackstageIdentity();
    if (ownershipEntityRefs.length === 0) return {};
    const { items } = await catalogApi.queryEntities({
      filter: {
        kind: 'ArenaJob',
        'relations.ownedBy': ownershipEntityRefs,
      },
      fields: ['kind', 'metadata'],
      limit: MAX_JOBS,
    });
    return {
      jobs: items.flatMap(entity => {
        const cluster = clusterOf(entity);
        return cluster ? [jobAddressOf(entity, cluster)] : [];
      }),
    };
  });
}
