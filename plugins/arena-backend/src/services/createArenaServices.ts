import { LoggerService } from '@backstage/backend-plugin-api';
import { TracingService } from '@backstage/backend-plugin-api/alpha';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { EMBEDDED_CLUSTER } from '@backstage-arena/plugin-arena-common';
import {
  SourceFetcher,
  WorkerLauncher,
} from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { join } from 'node:path';
import { readArenaConfig } from '../config/readArenaConfig';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { createKubernetesCluster } from '../kubernetes/clusters/createKubernetesCluster';
import { LocalLauncher } from '../launcher/LocalLauncher';
import { resolveWorkerBin } from '../launcher/workerBin';
import { countFires } from '../metrics/countFires';
import { createQueueObserver } from '../metrics/createQueueObserver';
import { createReconcileObserver } from '../metrics/createReconcileObserver';
import { createReportTimer } from '../metrics/createReportTimer';
import { observeClusters } from '../metrics/observeClusters';
import { observeStoredFigures } from '../metrics/observeStoredFigures';
import { readStoredFigures } from '../metrics/readStoredFigures';
import { PlanProcesses } from '../planning/PlanProcesses';
import {
  createRunEventServices,
  RunEventOutlets,
} from '../runEvents/createRunEventServices';
import { createRunServices, RunServices } from '../runs/createRunServices';
import { DatabaseSnapshotStore } from '../snapshots/DatabaseSnapshotStore';
import { SnapshotGarbageCollector } from '../snapshots/SnapshotGarbageCollector';
import { UnpackedBundles } from '../snapshots/UnpackedBundles';
import { SourceContents } from '../sources/content/SourceContents';
import { canLimitMemory } from '../sources/git/canLimitMemory';
import { SourcePushes } from '../sources/push/SourcePushes';
import { SourceRevisions } from '../sources/revisions/SourceRevisions';
import { sourceReferences } from '../sources/sourceReferences';
import { WorkspaceUploads } from '../sources/upload/WorkspaceUploads';
import { systemClock } from '../time/Clock';
import { ArenaCluster } from './ArenaCluster';
import { createEmbeddedCluster } from './createEmbeddedCluster';
import { createReconciler } from './createReconciler';
import { listGatedJobs } from './listGatedJobs';
import { removeAbandoned } from './removeAbandoned';
import { openBundles, runReferences } from './runReferences';
import { startListeners } from './startListeners';
import { ScheduleHistory } from '../schedules/ScheduleHistory';

const NONE: readonly string[] = [];

/** Options of {@link createArenaServices}. */
export interface ArenaServicesOptions {
  knex: Knex;
  /** False when the administrator applies migrations. */
  migrate: boolean;
  rootConfig: Config;
  logger: LoggerService;
  /** From modules, by id. */
  launchers: ReadonlyMap<string, WorkerLauncher>;
  /** From modules, by type of source. */
  fetchers: ReadonlyMap<string, SourceFetcher>;
  /** Base URL of this plugin as processes on the same machine reach it. */
  ownUrl: () => Promise<string>;
  /** Who hears of the ends of runs. */
  outlets: RunEventOutlets;
  /** Of what controllers and workers do. */
  tracing: TracingService;
}

/** Everything behind the routers. */
export interface ArenaServices {
  /** By name, in the order in which the portal lists them. */
  readonly clusters: ReadonlyMap<string, ArenaCluster>;
  readonly snapshots: DatabaseSnapshotStore;
  readonly runs: RunServices;
  readonly schedules: ScheduleHistory;
  readonly sources: {
    readonly revisions: SourceRevisions;
    readonly contents: SourceContents;
    readonly uploads: WorkspaceUploads;
    readonly pushes: SourcePushes;
    readonly webhookSecret?: string;
  };
  start(): void;
  /** Leaves no worker behind. */
  stop(): Promise<void>;
}

/** Puts the parts of the backend together; `start` sets them going. */
export async function createArenaServices(
  options: ArenaServicesOptions,
): Promise<ArenaServices> {
  const { knex, logger, rootConfig } = options;
  const config = readArenaConfig(rootConfig);
  const clock = systemClock;
  const environment = process.env;
  const workerBin = resolveWorkerBin();

  await configureDatabase(knex);
  if (options.migrate) await applyMigrations(knex);

  const snapshots = new DatabaseSnapshotStore({ knex, clock });
  const secretValues = [
    ...Object.values(config.secrets)
      .flatMap(names => Object.values(names))
      .flatMap(values => Object.values(values)),
    ...config.webhooks.map(({ secret }) => secret),
    ...config.workers.allowedEnvironment.flatMap(
      name => environment[name] ?? [],
    ),
  ];
  const clusters: ArenaCluster[] = [];
  const { metrics } = options.outlets;
  const clusterNames = [
    ...(config.embedded.enabled ? [EMBEDDED_CLUSTER] : []),
    ...config.clusters.map(({ name }) => name),
  ];
  const runs = createRunServices({
    queueObserver: createQueueObserver(metrics, clusterNames),
    onReport: createReportTimer(metrics),
    tracing: options.tracing,
    knex,
    clock,
    logger,
    snapshots,
    config,
    secrets: createKnownSecrets(secretValues, clusters),
    gatedJobs: () => listGatedJobs(clusters),
  });
  const bundles = new UnpackedBundles({
    directory: join(config.dataDirectory, 'bundles'),
    inUse: openBundles(knex),
    clock,
    logger,
  });
  const local = new LocalLauncher({
    logger,
    bin: workerBin,
    bundleDirectory: bundles.directory,
    environment,
    memoryMiB: config.workers.memoryMiB,
    maxProcesses: config.workers.maxLocalProcesses,
    spare: config.workers.spare,
  });
  const planProcesses = new PlanProcesses({
    ...config.planning,
    bin: workerBin,
    environment,
    held: () => local.isOccupied,
  });
  const launcher = chooseLauncher(config.workers.launcher, [
    local,
    ...options.launchers.values(),
  ]);
  const embedded = createEmbeddedCluster({
    knex,
    config,
    logger,
    clock,
    environment,
    launcher,
    workerUrl: async () =>
      config.workers.backendUrl ?? `${await options.ownUrl()}/worker/v1`,
  });
  clusters.push(
    ...(config.embedded.enabled ? [embedded] : []),
    ...config.clusters.map(cluster =>
      createKubernetesCluster({
        cluster,
        config,
        rootConfig,
        logger,
        clock,
        environment,
      }),
    ),
  );
  const sources = {
    revisions: new SourceRevisions({ knex, clock }),
    contents: new SourceContents({
      snapshots,
      planProcesses,
      bundles,
      temporaryDirectory: join(config.dataDirectory, 'tmp'),
    }),
    uploads: new WorkspaceUploads({
      knex,
      snapshots,
      clock,
      enabled: config.uploads.enabled,
      temporaryDirectory: join(config.dataDirectory, 'tmp'),
      readOnlyRoots: config.workspaceRoots,
    }),
    pushes: new SourcePushes({
      stores: clusters.map(({ resources }) => resources),
      clock,
      logger,
    }),
    webhookSecret: config.sourceWebhook.secret,
  };
  const collector = new SnapshotGarbageCollector({
    snapshots,
    clock,
    logger,
    references: [
      ...clusters.map(({ resources }) => sourceReferences(resources)),
      runReferences(knex),
      sources.revisions.references(),
      sources.uploads.references(clusters.map(({ resources }) => resources)),
    ],
  });
  const schedules = new ScheduleHistory(knex);
  const appBaseUrl = rootConfig.getString('app.baseUrl').replace(/\/+$/, '');
  const runEvents = createRunEventServices({
    ...options.outlets,
    knex,
    clock,
    logger,
    config,
    appBaseUrl,
    environment,
  });
  const observerOf = createReconcileObserver(metrics, options.tracing);
  const onFires = countFires(metrics, clusterNames);
  const reconcilers = clusters.map(cluster =>
    createReconciler({
      cluster,
      observer: observerOf(cluster.resources.cluster),
      onFires,
      config,
      logger,
      clock,
      snapshots,
      revisions: sources.revisions,
      uploads: sources.uploads,
      runs: runs.runs,
      loads: runs.loads,
      datasets: runs.datasets,
      verdicts: runs.verdicts,
      signal: runs.signal,
      runEvents: runEvents.runEvents,
      bundles,
      schedules,
      fetchers: options.fetchers,
      planProcesses,
      appBaseUrl,
      environment,
    }),
  );

  const observations = [
    observeClusters(metrics, { clusters, reconcilers }),
    observeStoredFigures({
      metrics,
      logger,
      clusters: clusterNames,
      targets: runEvents.targets,
      read: () =>
        readStoredFigures(knex, {
          silentSince: clock.now().getTime() - config.queue.leaseTtlMs,
        }),
    }),
  ];

  const { workerRouter } = runs;
  const listeners = await startListeners({ config, workerRouter, logger });

  return {
    clusters: new Map(
      clusters.map(cluster => [cluster.resources.cluster, cluster]),
    ),
    snapshots,
    runs,
    schedules,
    sources,
    start() {
      const folder = join(config.dataDirectory, 'tmp');
      removeAbandoned(folder, { now: clock.now() }).catch(error =>
        logger.warn(`Temporary files are left in ${folder}: ${error}`),
      );
      canLimitMemory(config.git.memoryMiB * 1024 ** 2).then(canLimit => {
        if (canLimit) return;
        logger.warn(
          'The memory of git cannot be limited on this system: a repository of a source may take all that there is (arena.git.memoryMiB has no effect)',
        );
      });
      clusters.forEach(cluster => cluster.start());
      runs.start();
      runEvents.start();
      collector.start();
      bundles.start();
      planProcesses.start();
      reconcilers.forEach(reconciler => reconciler.start());
      // Pods of Kubernetes are no processes of this machine.
      if (clusters.some(cluster => cluster.launcher === local)) local.start();
    },
    async stop() {
      observations.forEach(end => end());
      // Workers go first: what they give back on their way out still finds everything running.
      const stages: Array<() => Array<Promise<unknown>>> = [
        () => reconcilers.map(reconciler => reconciler.stop()),
        () => [
          planProcesses.stop(),
          ...clusters.map(cluster => cluster.launcher.shutdown()),
        ],
        () => listeners.map(listener => listener.stop()),
        () => [
          collector.stop(),
          bundles.stop(),
          runs.stop(),
          runEvents.stop(),
          ...clusters.map(cluster => cluster.stop()),
        ],
      ];
      // What cannot be stopped, for example without a database, must not keep the rest running.
      for (const stage of stages) {
        for (const result of await Promise.allSettled(stage())) {
          if (result.status === 'rejected') {
            logger.warn(`Stopping failed: ${result.reason}`);
          }
        }
      }
    },
  };
}

/** Those of the configuration, and what the clusters have handed out. The same list until one of them has another one. */
function createKnownSecrets(
  configured: readonly string[],
  clusters: readonly ArenaCluster[],
): () => readonly string[] {
  let parts: Array<readonly string[]> = [];
  let all = configured;
  return () => {
    const now = clusters.map(({ secrets }) => secrets.known?.() ?? NONE);
    if (now.some((list, index) => list !== parts[index])) {
      parts = now;
      all = [...configured, ...now.flat()];
    }
    return all;
  };
}

function chooseLauncher(
  id: string,
  launchers: WorkerLauncher[],
): WorkerLauncher {
  const chosen = launchers.find(launcher => launcher.id === id);
  if (!chosen) {
    throw new InputError(
      `Invalid value in config at arena.workers.launcher: '${id}' is not installed; allowed are ${launchers
        .map(launcher => launcher.id)
        .join(', ')}`,
    );
  }
  return chosen;
}
