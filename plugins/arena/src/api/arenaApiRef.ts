import { createApiRef } from '@backstage/frontend-plugin-api';
import { ArenaApi } from '@backstage-arena/plugin-arena-common';

/**
 * The REST API of the Arena backend.
 *
 * @public
 */
export const arenaApiRef = createApiRef<ArenaApi>().with({
  id: 'plugin.arena.service',
  pluginId: 'arena',
});
