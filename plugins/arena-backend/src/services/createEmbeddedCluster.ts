import { LoggerService } from '@backstage/backend-plugin-api';
import { WorkerLauncher } from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { createSecretReader } from '../planning/credentials';
import { LeaderElection } from '../reconciler/LeaderElection';
import { createConfigMapReader } from '../sources/configmap/createConfigMapReader';
import { createEmbeddedStore } from '../store/createEmbeddedStore';
import { Clock } from '../time/Clock';
import { ArenaCluster } from './ArenaCluster';
import { crdAdmission } from './crdAdmission';
import { replicaName } from './replicaName';

/** Another replica takes over this long after the active one died. */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;

/** Options of {@link createEmbeddedCluster}. */
export interface EmbeddedClusterOptions {
  knex: Knex;
  config: ArenaBackendConfig;
  logger: LoggerService;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  launcher: WorkerLauncher;
  /** Where processes on the same machine reach the worker protocol. */
  workerUrl: () => Promise<string>;
}

/** Objects in the Backstage database, workers as processes beside the backend. */
export function createEmbeddedCluster(
  options: EmbeddedClusterOptions,
): ArenaCluster {
  const { knex, config, logger, clock, environment, launcher } = options;
  const store = createEmbeddedStore({
    knex,
    logger,
    clock,
    admission: crdAdmission,
  });
  return {
    resources: store.resources,
    feed: store.changes,
    events: store.events,
    secrets: createSecretReader({ config, environment }),
    configMaps: createConfigMapReader(config.configMaps),
    launcher,
    queryJobs: query => store.jobs.queryJobs(query),
    workerUrl: options.workerUrl,
    elect: callbacks =>
      new LeaderElection({
        knex,
        clock,
        role: `reconciler/${store.resources.cluster}`,
        holder: replicaName(),
        ttlMs: LEASE_MS,
        renewMs: RENEW_MS,
        ...callbacks,
      }),
    start: () => store.start(),
    stop: () => store.stop(),
  };
}
