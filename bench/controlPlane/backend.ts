// The backend process: a Backstage backend with the catalog, and the part of Arena that is measured.
import { createBackend } from '@backstage/backend-defaults';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import { SnapshotStore } from '@backstage-arena/plugin-arena-node';
import { Router } from 'express';
import { applyMigrations } from '../../plugins/arena-backend/src/database/applyMigrations';
import { configureDatabase } from '../../plugins/arena-backend/src/database/configureDatabase';
import { createRunServices } from '../../plugins/arena-backend/src/runs/createRunServices';
import { crdAdmission } from '../../plugins/arena-backend/src/services/crdAdmission';
import { createEmbeddedStore } from '../../plugins/arena-backend/src/store/createEmbeddedStore';
import { systemClock } from '../../plugins/arena-backend/src/time/Clock';
import { measureBaseline } from './baseline';
import { benchRun } from './benchRun';
import { createJobs } from './createJobs';
import { BackendAnswers, BackendRequest } from './messages';
import { streamRouter } from './streamRouter';
import { timeViews } from './timeViews';

/** Bundles and reports play no part here. */
const noSnapshots: SnapshotStore = {
  async put() {
    throw new NotFoundError('The benchmark stores no files');
  },
  async open(digest) {
    throw new NotFoundError(`No snapshot '${digest}'`);
  },
  async has() {
    return false;
  },
  async delete() {},
};

const benchPlugin = createBackendPlugin({
  pluginId: 'arena',
  register(env) {
    env.registerInit({
      deps: {
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.rootLifecycle,
        logger: coreServices.logger,
      },
      async init({ database, discovery, httpRouter, lifecycle, logger }) {
        const knex = await database.getClient();
        await configureDatabase(knex);
        await applyMigrations(knex);
        const services = createRunServices({
          knex,
          clock: systemClock,
          logger,
          snapshots: noSnapshots,
          config: {
            queue: {
              leaseTtlMs: 30_000,
              heartbeatIntervalMs: 5_000,
              itemTimeoutMs: 300_000,
              maxAttempts: 3,
              retryDelayMs: 1_000,
              retryMaxDelayMs: 60_000,
              maxConcurrentReports: 16,
            },
            transcripts: { maxBytesPerItem: 1_048_576, retentionDays: 30 },
            results: { retentionDays: 365 },
            outputs: {
              retryDelayMs: 300_000,
              retryMaxDelayMs: 300_000,
              retryForMs: 0,
            },
            network: { allow: [] },
          },
        });
        services.start();
        const store = createEmbeddedStore({
          knex,
          logger,
          admission: crdAdmission,
        });
        store.start();
        httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        httpRouter.use(
          Router()
            .use('/worker/v1', services.workerRouter)
            .use(streamRouter({ services, store, logger })),
        );

        const answer = async (
          request: BackendRequest,
        ): Promise<BackendAnswers[BackendRequest['type']]> => {
          switch (request.type) {
            case 'create': {
              const run = benchRun(request.runId, request.items);
              const begin = performance.now();
              await services.runs.create(run);
              const createMs = performance.now() - begin;
              const token = await services.runs.issueToken(request.runId);
              return { token, createMs };
            }
            case 'baseline':
              return {
                rowsPerSecond: await measureBaseline(
                  knex,
                  services.runs,
                  request.items,
                ),
              };
            case 'head': {
              const { state, counters } = await services.runs.head(
                request.runId,
              );
              return { state, finished: counters.total - counters.pending };
            }
            case 'jobs':
              await createJobs(store.resources, request.count);
              return { count: request.count };
            case 'views':
              return timeViews({
                runs: services.runs,
                jobs: store.jobs,
                runId: request.runId,
              });
            default: {
              const { rss, heapUsed } = process.memoryUsage();
              const { user, system } = process.cpuUsage();
              return {
                rssMiB: rss / 2 ** 20,
                heapMiB: heapUsed / 2 ** 20,
                cpuSeconds: (user + system) / 1e6,
              };
            }
          }
        };
        process.on('message', (message: { bench?: BackendRequest }) => {
          if (!message.bench) return;
          answer(message.bench).then(
            result => process.send!({ bench: { result } }),
            error =>
              process.send!({
                bench: { error: String(error?.stack ?? error) },
              }),
          );
        });
        lifecycle.addStartupHook(async () => {
          const ready = await discovery.getBaseUrl('arena');
          process.send!({ bench: { ready } });
        });
      },
    });
  },
});

const backend = createBackend();
backend.add(import('@backstage/plugin-catalog-backend'));
backend.add(benchPlugin);
process.on('disconnect', () => process.exit(0));
backend.start();
