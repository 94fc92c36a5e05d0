import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  actionsRegistryServiceRef,
  metricsServiceRef,
  tracingServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import {
  arenaLauncherExtensionPoint,
  arenaServiceRef,
  arenaSourceExtensionPoint,
  SourceFetcher,
  WorkerLauncher,
} from '@backstage-arena/plugin-arena-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { Router } from 'express';
import { registerActions } from './actions/registerActions';
import { createRouter } from './api';
import { SOURCE_WEBHOOK } from './api/routes/sourceRoutes';
import { countConnections } from './metrics/countConnections';
import { registerPermissions } from './permissions/registerPermissions';
import { SubjectFinder } from './permissions/SubjectFinder';
import { subscribeToPushes } from './sources/push/subscribeToPushes';
import { createArenaServices } from './services/createArenaServices';

/**
 * Runs ArenaJobs: REST API, reconciler, work queue and local workers.
 *
 * @public
 */
export const arenaPlugin = createBackendPlugin({
  pluginId: 'arena',
  register(env) {
    const launchers = new Map<string, WorkerLauncher>();
    const fetchers = new Map<string, SourceFetcher>();

    env.registerExtensionPoint(arenaLauncherExtensionPoint, {
      addLauncher(launcher) {
        if (launchers.has(launcher.id) || launcher.id === 'local') {
          throw new Error(`Launcher '${launcher.id}' is already registered`);
        }
        launchers.set(launcher.id, launcher);
      },
    });
    env.registerExtensionPoint(arenaSourceExtensionPoint, {
      addFetcher(fetcher) {
        if (fetchers.has(fetcher.type)) {
          throw new Error(
            `A fetcher for sources of type '${fetcher.type}' is already registered`,
          );
        }
        fetchers.set(fetcher.type, fetcher);
      },
    });

    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        arena: arenaServiceRef,
        auditor: coreServices.auditor,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        events: eventsServiceRef,
        metrics: metricsServiceRef,
        notifications: notificationService,
        signals: signalsServiceRef,
        tracing: tracingServiceRef,
      },
      async init(deps) {
        const { database, discovery, httpRouter, lifecycle, logger } = deps;
        const services = await createArenaServices({
          knex: await database.getClient(),
          migrate: !database.migrations?.skip,
          rootConfig: deps.config,
          logger,
          launchers,
          fetchers,
          ownUrl: () => discovery.getBaseUrl('arena'),
          outlets: deps,
          tracing: deps.tracing,
        });
        const { clusters, runs, schedules, snapshots, sources } = services;

        const rulesets = registerPermissions(
          deps.permissionsRegistry,
          new SubjectFinder({ clusters, runs: runs.runs }),
        );

        registerActions(deps.actionsRegistry, {
          arena: deps.arena,
          appUrl: deps.config.getString('app.baseUrl').replace(/\/+$/, ''),
        });

        // Workers have no Backstage credentials; the router behind this prefix checks the token of their run first.
        httpRouter.addAuthPolicy({ path: '/worker', allow: 'unauthenticated' });
        httpRouter.use(Router().use('/worker/v1', runs.workerRouter));

        httpRouter.addAuthPolicy({
          path: SOURCE_WEBHOOK,
          allow: 'unauthenticated',
        });
        await subscribeToPushes({
          events: deps.events,
          pushes: sources.pushes,
        });

        const shutdown = new AbortController();
        httpRouter.use(
          createRouter({
            auditor: deps.auditor,
            httpAuth: deps.httpAuth,
            permissions: deps.permissions,
            rulesets,
            logger,
            clusters,
            runs: runs.runs,
            loads: runs.loads,
            datasets: runs.datasets,
            verdicts: runs.verdicts,
            comments: runs.comments,
            schedules,
            transcripts: runs.transcripts,
            snapshots,
            sources,
            shutdown: shutdown.signal,
            onConnections: countConnections(deps.metrics),
          }),
        );

        // Not before the server listens: workers would find nobody.
        lifecycle.addStartupHook(() => services.start());
        lifecycle.addShutdownHook(async () => {
          shutdown.abort();
          await services.stop();
        });
      },
    });
  },
});
