import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ArenaKind, ArenaObject } from '@backstage-arena/plugin-arena-common';
import {
  SnapshotStore,
  SourceFetcher,
} from '@backstage-arena/plugin-arena-node';
import { join } from 'node:path';
import { AgentController } from '../agents/AgentController';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { ConfigController } from '../configs/ConfigController';
import { createPlanner } from '../planning/Planner';
import { PlanProcesses } from '../planning/PlanProcesses';
import { ProviderController } from '../providers/ProviderController';
import { ControllerManager } from '../reconciler/ControllerManager';
import { Election } from '../reconciler/Election';
import { allowedBy } from '../reconciler/job/gatherInputs';
import { JobController } from '../reconciler/job/JobController';
import { JOB_FINALIZER } from '../reconciler/job/jobFinalizer';
import { RunPools } from '../reconciler/job/RunPools';
import { ReconcileObserver } from '../reconciler/ReconcileObserver';
import { Datasets } from '../datasets/Datasets';
import { LoadTests } from '../loads/LoadTests';
import { RunEvents } from '../runEvents/RunEvents';
import { RunSignal } from '../runs/RunSignal';
import { RunStore } from '../runs/RunStore';
import { UnpackedBundles } from '../snapshots/UnpackedBundles';
import { SourceRevisions } from '../sources/revisions/SourceRevisions';
import { createFetchers } from '../sources/createFetchers';
import { SourceController } from '../sources/SourceController';
import { WorkspaceUploads } from '../sources/upload/WorkspaceUploads';
import {
  isScheduled,
  ScheduleController,
  ScheduleControllerOptions,
} from '../schedules/ScheduleController';
import { ScheduleHistory } from '../schedules/ScheduleHistory';
import { Clock } from '../time/Clock';
import { ToolRegistryController } from '../toolregistries/ToolRegistryController';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import { createWeb } from '../web/Web';
import { ArenaCluster } from './ArenaCluster';

/** Options of {@link createReconciler}. */
export interface ReconcilerOptions {
  cluster: ArenaCluster;
  config: ArenaBackendConfig;
  logger: LoggerService;
  clock: Clock;
  snapshots: SnapshotStore;
  revisions: SourceRevisions;
  uploads: WorkspaceUploads;
  runs: RunStore;
  loads: LoadTests;
  datasets: Datasets;
  verdicts: RunVerdicts;
  signal: RunSignal;
  runEvents: RunEvents;
  /** Where planning leaves bundles for the local workers. */
  bundles: UnpackedBundles;
  schedules: ScheduleHistory;
  /** From modules, by type of source. */
  fetchers: ReadonlyMap<string, SourceFetcher>;
  planProcesses: PlanProcesses;
  appBaseUrl: string;
  environment: NodeJS.ProcessEnv;
  /** Watches the controllers. */
  observer?: ReconcileObserver;
  /** Is told what became of the times at which schedules were due. */
  onFires?: ScheduleControllerOptions['onFires'];
}

/** What drives objects to their state, on one replica at a time. */
export interface Reconciler {
  readonly cluster: string;
  /** True while it is this replica that reconciles. */
  isLeader(): boolean;
  /** How many objects wait for a look or are looked at, by kind. */
  queued(): Map<ArenaKind, number>;
  start(): void;
  stop(): Promise<void>;
}

/** Puts the controllers of a cluster together. */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { cluster, config, planProcesses } = options;
  const { resources: store, events, secrets, launcher } = cluster;
  const logger = options.logger.child({ cluster: store.cluster });
  const stopping = new AbortController();
  const planner = createPlanner({
    ...options,
    temporaryDirectory: join(config.dataDirectory, 'tmp'),
    allow: allowedBy(config),
    run: request => planProcesses.run(request, stopping.signal),
  });
  const pools = new RunPools({
    runs: options.runs,
    launcher,
    secrets,
    cluster: store.cluster,
    workerUrl: () => cluster.workerUrl(),
  });
  const web = createWeb(config.discovery);
  const takes =
    cluster.takes && ((object: ArenaObject) => cluster.takes!(object));
  const shared = {
    ...options,
    logger,
    store,
    events,
    secrets,
    planner,
    web,
    takes,
    fetchers: createFetchers({
      ...options,
      clusterName: store.cluster,
      secrets,
      configMaps: cluster.configMaps,
      added: options.fetchers,
    }),
  };
  const manager = new ControllerManager({
    store,
    logger,
    takes,
    observer: options.observer,
    controllers: [
      new ProviderController(shared),
      new AgentController(shared),
      new ToolRegistryController(shared),
      new SourceController(shared),
      new ConfigController(shared),
      new JobController({
        ...shared,
        pools,
        // The others are driven by their schedule, but for one that had a run before it got one.
        takes: object =>
          (!isScheduled(object) ||
            Boolean(object.metadata.finalizers?.includes(JOB_FINALIZER))) &&
          (takes?.(object) ?? true),
      }),
      new ScheduleController({ ...shared, history: options.schedules }),
    ].filter(({ kind }) => !cluster.foreignStatuses?.has(kind)),
  });
  /** It is tried every few seconds; the same failure is told once. */
  let told: string | undefined;
  const election: Election = cluster.elect({
    onElected: async epoch => {
      told = undefined;
      logger.info(`This replica reconciles now (epoch ${epoch})`);
      await manager.start(() => election.isLeader());
    },
    onDeposed: async () => {
      logger.info('This replica no longer reconciles');
      await manager.stop();
    },
    onError: error => {
      const failure = stringifyError(error);
      if (failure === told) return;
      told = failure;
      logger.warn(`Electing the reconciler failed: ${failure}`);
    },
  });
  return {
    cluster: store.cluster,
    isLeader: () => election.isLeader(),
    queued: () => manager.queued(),
    start: () => election.start(),
    stop: async () => {
      stopping.abort();
      await election.stop();
      await web.close();
    },
  };
}
