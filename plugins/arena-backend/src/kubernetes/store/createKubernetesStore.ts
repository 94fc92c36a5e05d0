import { LoggerService } from '@backstage/backend-plugin-api';
import { JobsPage } from '@backstage-arena/plugin-arena-common';
import { KubeConfig } from '@kubernetes/client-node';
import { ReadableJobsQuery } from '../../api/ServedCluster';
import { checkCluster, parseJobsQuery } from '../../store/jobsQuery';
import { Clock } from '../../time/Clock';
import { Informer } from '../client/Informer';
import { InformerState } from '../client/InformerState';
import {
  ARENA_EVENTS_SELECTOR,
  KubeEvent,
  toKubeEvent,
} from '../events/kubeEvents';
import { KubernetesEventRecorder } from '../events/KubernetesEventRecorder';
import { ArenaCaches } from './ArenaCaches';
import { KubernetesChangeFeed } from './KubernetesChangeFeed';
import { KubernetesResourceStore } from './KubernetesResourceStore';
import { queryCachedJobs } from './queryCachedJobs';

export interface KubernetesStoreOptions {
  kubeConfig: KubeConfig;
  /** Name of the cluster. */
  cluster: string;
  /** Namespaces that are served; absent: all. */
  namespaces?: readonly string[];
  clock: Clock;
  logger: LoggerService;
  /** Changes that are remembered for readers that come back. Default 4,000. */
  maxHistory?: number;
  /** Objects per page of a list. Default 500. */
  pageSize?: number;
  /** A watch that says nothing for so long is taken for dead. Default 150 s. */
  stallMs?: number;
}

/** The parts of a store on a Kubernetes cluster. */
export interface KubernetesStore {
  readonly resources: KubernetesResourceStore;
  readonly events: KubernetesEventRecorder;
  readonly changes: KubernetesChangeFeed;
  /** @throws InputError */
  queryJobs(query: ReadableJobsQuery): Promise<JobsPage>;
  /** Whether what is read can be relied on, and what is wrong if not. */
  readonly state: InformerState;
  /** What does not work though the state is good; undefined when all does. */
  readonly grantsTrouble: string | undefined;
  /** Begins to follow the cluster, also when it is away. Does not wait for it. */
  start(): void;
  stop(): Promise<void>;
}

/** Puts a store on a Kubernetes cluster together. */
export function createKubernetesStore(
  options: KubernetesStoreOptions,
): KubernetesStore {
  const { cluster } = options;
  const caches = new ArenaCaches(options);
  const recorded = new Informer<KubeEvent>({
    ...options,
    path: '/api/v1/events',
    fieldSelector: ARENA_EVENTS_SELECTOR,
    transform: toKubeEvent,
  });
  const changes = new KubernetesChangeFeed({
    caches,
    events: recorded,
    maxEntries: options.maxHistory,
  });
  return {
    resources: new KubernetesResourceStore({
      ...options,
      caches,
      feed: changes,
    }),
    events: new KubernetesEventRecorder({ ...options, events: recorded }),
    changes,
    async queryJobs(query) {
      checkCluster(query, cluster);
      // Before waiting for the cluster: a wrong query is wrong at once.
      parseJobsQuery(query);
      const informer = await caches.settled('ArenaJob', query.namespace);
      return queryCachedJobs(informer.told(), query);
    },
    get state() {
      return caches.state;
    },
    get grantsTrouble() {
      return caches.grantsTrouble;
    },
    start() {
      caches.start();
      recorded.start();
    },
    async stop() {
      await Promise.all([caches.stop(), recorded.stop()]);
      changes.close();
    },
  };
}
