import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { configuredClusters } from './configuredClusters';
import { ArenaEntitiesProcessor } from './processor/ArenaEntitiesProcessor';
import { ArenaEntityProvider } from './provider/ArenaEntityProvider';

const CONFIG_KEY = 'catalog.providers.arena';
const DEFAULT_SCHEDULE = {
  frequency: { seconds: 30 },
  timeout: { minutes: 2 },
  initialDelay: { seconds: 5 },
};

/**
 * Adds ArenaJobs and ArenaSources to the catalog.
 *
 * @public
 */
export const catalogModuleArena = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'arena',
  register(env) {
    env.registerInit({
      deps: {
        arena: arenaServiceRef,
        auth: coreServices.auth,
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ arena, auth, catalog, config, logger, scheduler }) {
        const settings = config.getOptionalConfig(CONFIG_KEY);
        const schedule = settings?.has('schedule')
          ? readSchedulerServiceTaskScheduleDefinitionFromConfig(
              settings.getConfig('schedule'),
            )
          : DEFAULT_SCHEDULE;
        catalog.addProcessor(new ArenaEntitiesProcessor());
        for (const cluster of configuredClusters(config)) {
          catalog.addEntityProvider(
            new ArenaEntityProvider({
              cluster,
              appUrl: config.getString('app.baseUrl').replace(/\/+$/, ''),
              arena,
              auth,
              logger,
              taskRunner: scheduler.createScheduledTaskRunner(schedule),
            }),
          );
        }
      },
    });
  },
});
