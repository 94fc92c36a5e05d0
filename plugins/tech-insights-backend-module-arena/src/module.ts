import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { techInsightsFactRetrieversExtensionPoint } from '@backstage-community/plugin-tech-insights-node';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { createArenaFactRetriever } from './facts/createArenaFactRetriever';

/**
 * Adds the fact retriever `arenaFactRetriever`, which runs where `techInsights.factRetrievers.arenaFactRetriever` says when.
 *
 * @public
 */
export const techInsightsModuleArena = createBackendModule({
  pluginId: 'tech-insights',
  moduleId: 'arena',
  register(env) {
    env.registerInit({
      deps: {
        arena: arenaServiceRef,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        retrievers: techInsightsFactRetrieversExtensionPoint,
      },
      async init({ arena, auth, catalog, retrievers }) {
        retrievers.addFactRetrievers({
          arenaFactRetriever: createArenaFactRetriever({
            arena,
            auth,
            catalog,
          }),
        });
      },
    });
  },
});
