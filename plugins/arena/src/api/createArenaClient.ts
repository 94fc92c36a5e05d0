import { DiscoveryApi, FetchApi } from '@backstage/frontend-plugin-api';
import { ArenaApi, ArenaClient } from '@backstage-arena/plugin-arena-common';

/** The client over the portal's own fetch, which adds the user's token. */
export function createArenaClient(options: {
  discoveryApi: DiscoveryApi;
  fetchApi: FetchApi;
}): ArenaApi {
  const { discoveryApi, fetchApi } = options;
  return new ArenaClient({
    baseUrl: () => discoveryApi.getBaseUrl('arena'),
    fetch: fetchApi.fetch,
  });
}
