import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { randomUUID } from 'node:crypto';
import { configuredClusters } from './configuredClusters';
import { configuredOwner } from './configuredOwner';
import { LiveStreamFeed } from './feed/LiveStreamFeed';
import { IngestionLease } from './lease/IngestionLease';
import { ArenaEntitiesProcessor } from './processor/ArenaEntitiesProcessor';
import { ArenaEntityProvider } from './provider/ArenaEntityProvider';

const CONFIG_KEY = 'catalog.providers.arena';
const DEFAULT_SCHEDULE = {
  frequency: { seconds: 30 },
  timeout: { minutes: 2 },
  initialDelay: { seconds: 5 },
};

/**
 * Adds ArenaJobs and ArenaSources to the catalog, and the providers and agents that they use.
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
        database: coreServices.database,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { arena, auth, catalog, config, logger, scheduler } = deps;
        const settings = config.getOptionalConfig(CONFIG_KEY);
        const schedule = settings?.has('schedule')
          ? readSchedulerServiceTaskScheduleDefinitionFromConfig(
              settings.getConfig('schedule'),
            )
          : DEFAULT_SCHEDULE;
        const lease = new IngestionLease({
          knex: await deps.database.getClient(),
          holder: randomUUID(),
          onError: error =>
            logger.warn(
              `The right to write the entities of Arena could not be renewed: ${stringifyError(
                error,
              )}`,
            ),
        });
        const feed = new LiveStreamFeed({ arena, auth, logger });
        deps.lifecycle.addShutdownHook(async () => {
          feed.stop();
          await lease.release();
        });
        catalog.addProcessor(new ArenaEntitiesProcessor());
        for (const cluster of configuredClusters(config)) {
          catalog.addEntityProvider(
            new ArenaEntityProvider({
              cluster,
              appUrl: config.getString('app.baseUrl').replace(/\/+$/, ''),
              defaultOwner: configuredOwner(config),
              resources: settings?.getOptionalBoolean('resources') ?? true,
              arena,
              auth,
              feed,
              lease,
              logger,
              // The lease decides who works, so that who has worked before goes on and knows what the catalog has.
              taskRunner: scheduler.createScheduledTaskRunner({
                ...schedule,
                scope: 'local',
              }),
            }),
          );
        }
      },
    });
  },
});
