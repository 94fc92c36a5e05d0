import { LoggerService } from '@backstage/backend-plugin-api';
import {
  EventRecorder,
  ResourceStore,
  SnapshotStore,
  SourceFetcher,
  WorkerLauncher,
} from '@backstage-arena/plugin-arena-node';
import { ArenaKind } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AgentController } from '../agents/AgentController';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { ConfigController } from '../configs/ConfigController';
import { createSecretReader } from '../planning/credentials';
import { createPlanner } from '../planning/Planner';
import { runPlanProcess } from '../planning/runPlanProcess';
import { ProviderController } from '../providers/ProviderController';
import { ControllerManager } from '../reconciler/ControllerManager';
import { allowedBy } from '../reconciler/job/gatherInputs';
import { JobController } from '../reconciler/job/JobController';
import { RunPools } from '../reconciler/job/RunPools';
import { LeaderElection } from '../reconciler/LeaderElection';
import { RunSignal } from '../runs/RunSignal';
import { RunStore } from '../runs/RunStore';
import { UnpackedBundles } from '../snapshots/UnpackedBundles';
import { SourceController } from '../sources/SourceController';
import { Clock } from '../time/Clock';
import { ToolRegistryController } from '../toolregistries/ToolRegistryController';
import { createWeb } from '../web/Web';

/** Another replica takes over this long after the active one died. */
const LEADER_TTL_MS = 6_000;
const LEADER_RENEW_MS = 2_000;

/** Options of {@link createReconciler}. */
export interface ReconcilerOptions {
  knex: Knex;
  config: ArenaBackendConfig;
  logger: LoggerService;
  clock: Clock;
  store: ResourceStore;
  events: EventRecorder;
  snapshots: SnapshotStore;
  runs: RunStore;
  signal: RunSignal;
  /** Where planning leaves bundles for the local workers. */
  bundles: UnpackedBundles;
  launcher: WorkerLauncher;
  fetchers: readonly SourceFetcher[];
  /** Executable that plans runs. */
  workerBin: string;
  workerUrl: () => Promise<string>;
  appBaseUrl: string;
  environment: NodeJS.ProcessEnv;
  /** Kinds whose statuses another controller fills, for example one that came with the objects' definitions: ours stand back. */
  foreignStatuses?: ReadonlySet<ArenaKind>;
}

/** What drives objects to their state, on one replica at a time. */
export interface Reconciler {
  start(): void;
  stop(): Promise<void>;
}

/** Puts the controllers together. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { config, logger, store, environment, workerBin, runs } = options;
  const secrets = createSecretReader({ config, environment });
  const stopping = new AbortController();
  const planner = createPlanner({
    ...options,
    temporaryDirectory: join(config.dataDirectory, 'tmp'),
    allow: allowedBy(config),
    run: request =>
      runPlanProcess(request, {
        ...config.planning,
        bin: workerBin,
        environment,
        signal: stopping.signal,
      }),
  });
  const pools = new RunPools({ ...options, secrets, cluster: store.cluster });
  const web = createWeb(config.discovery);
  const shared = { ...options, secrets, planner, web };
  const manager = new ControllerManager({
    store,
    logger,
    controllers: [
      new ProviderController(shared),
      new AgentController(shared),
      new ToolRegistryController(shared),
      new SourceController(options),
      new ConfigController(shared),
      new JobController({ ...shared, pools, runs }),
    ].filter(({ kind }) => !options.foreignStatuses?.has(kind)),
  });
  const election: LeaderElection = new LeaderElection({
    ...options,
    role: `reconciler/${store.cluster}`,
    holder: `${hostname().slice(0, 80)}/${process.pid}/${randomBytes(
      4,
    ).toString('hex')}`,
    ttlMs: LEADER_TTL_MS,
    renewMs: LEADER_RENEW_MS,
    onElected: async epoch => {
      logger.info(`This replica reconciles now (epoch ${epoch})`);
      await manager.start(() => election.isLeader());
    },
    onDeposed: async () => {
      logger.info('This replica no longer reconciles');
      await manager.stop();
    },
    onError: error =>
      logger.warn('Electing the reconciler failed', error as Error),
  });
  return {
    start: () => election.start(),
    stop: async () => {
      stopping.abort();
      await election.stop();
      await web.close();
    },
  };
}
