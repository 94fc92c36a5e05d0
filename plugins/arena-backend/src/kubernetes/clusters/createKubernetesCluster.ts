import { LoggerService } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { KubeConfig } from '@kubernetes/client-node';
import { ArenaBackendConfig } from '../../config/ArenaBackendConfig';
import { KubernetesClusterConfig } from '../../config/KubernetesClusterConfig';
import { ArenaCluster } from '../../services/ArenaCluster';
import { replicaName } from '../../services/replicaName';
import { Clock } from '../../time/Clock';
import { createKubeConfig } from '../client/createKubeConfig';
import { combineStates } from '../client/InformerState';
import { KubeClient } from '../client/KubeClient';
import { KubernetesConfigMapReader } from '../configmaps/KubernetesConfigMapReader';
import { KubernetesLauncher } from '../launcher/KubernetesLauncher';
import { LeaseElection } from '../lease/LeaseElection';
import { KubernetesSecretReader } from '../secrets/KubernetesSecretReader';
import { createKubernetesStore } from '../store/createKubernetesStore';
import { healthOf } from './healthOf';
import { takesClass } from './takesClass';

/** Options of {@link createKubernetesCluster}. */
export interface KubernetesClusterOptions {
  cluster: KubernetesClusterConfig;
  config: Pick<ArenaBackendConfig, 'workers'>;
  /** The whole app-config. */
  rootConfig: Config;
  logger: LoggerService;
  clock: Clock;
  environment: NodeJS.ProcessEnv;
}

const LEASE_NAME = 'arena-controller';

/** Objects in the API server of a Kubernetes cluster, workers as its pods. */
export function createKubernetesCluster(
  options: KubernetesClusterOptions,
): ArenaCluster {
  const { cluster, config, rootConfig, clock, environment } = options;
  const logger = options.logger.child({ cluster: cluster.name });
  const kubeConfig = createKubeConfig(cluster.connection, { rootConfig });
  const store = createKubernetesStore({
    kubeConfig,
    cluster: cluster.name,
    namespaces: cluster.namespaces,
    clock,
    logger,
  });
  const launcher = new KubernetesLauncher({
    kubeConfig,
    cluster,
    clock,
    logger,
  });
  return {
    resources: store.resources,
    feed: store.changes,
    events: store.events,
    queryJobs: query => store.queryJobs(query),
    health: () =>
      healthOf(
        combineStates([store.state, launcher.state]),
        cluster.namespaces,
        store.grantsTrouble,
      ),
    secrets: new KubernetesSecretReader({
      client: KubeClient.for(kubeConfig),
      namespaces: cluster.namespaces,
      allowedEnvironment: config.workers.allowedEnvironment,
      environment,
    }),
    configMaps: new KubernetesConfigMapReader({
      client: KubeClient.for(kubeConfig),
    }),
    launcher,
    workerUrl: async () => cluster.worker.backendUrl,
    foreignStatuses: new Set(cluster.foreignStatuses),
    takes: takesClass(cluster.controllerClass),
    elect: callbacks =>
      new LeaseElection({
        kubeConfig,
        clock,
        namespace: leaseNamespace(cluster, kubeConfig),
        name: [LEASE_NAME, cluster.controllerClass].filter(Boolean).join('-'),
        holder: replicaName(),
        ttlMs: cluster.leaderElection.leaseDuration,
        renewDeadlineMs: cluster.leaderElection.renewDeadline,
        renewMs: cluster.leaderElection.retryPeriod,
        ...callbacks,
      }),
    start() {
      store.start();
      launcher.start();
    },
    stop: () => store.stop(),
  };
}

/** Where all replicas of a portal find the same Lease: beside its pods, or where it is told to work. */
function leaseNamespace(
  { leaseNamespace: configured, namespaces }: KubernetesClusterConfig,
  kubeConfig: KubeConfig,
): string {
  const context = kubeConfig.getContextObject(kubeConfig.getCurrentContext());
  return configured ?? context?.namespace ?? namespaces?.[0] ?? 'default';
}
