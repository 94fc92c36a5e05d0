import { JsonObject } from '@backstage/types';
import {
  freePort,
  TestCluster,
  useCluster,
} from '@backstage-arena/arena-devcluster';
import {
  apiVersionOf,
  ARENA_API_VERSION,
  ArenaJob,
  ArenaKind,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  finished,
  startPortal,
  TestPortal,
  TestPortalOptions,
} from '../../../__testUtils__/startPortal';
import { kubeConfigOf } from '../../__testUtils__/clusterStores';
import { KubeClient } from '../../client/KubeClient';
import { KubeApiError } from '../../client/kubeErrors';

/** The name of the cluster in the portal. */
export const CLUSTER = 'dev';

/** Of a namespace in which pods must keep to the strictest rules. */
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

const WORKER_PATH = '/api/arena/worker/v1';

/** Options of {@link useClusterPortal}. */
export interface ClusterPortalOptions
  extends Pick<TestPortalOptions, 'features'> {
  /** What the names of namespaces begin with. */
  prefix: string;
  /** What the names of further namespaces that are served begin with. */
  otherNamespaces?: string[];
  /** The section `arena` of app-config, beside what connects it with the cluster. */
  arena?: (cluster: TestCluster) => JsonObject;
  /** Of the worker, beside its image and the address of the backend. */
  worker?: JsonObject;
  /** Clusters beside the one of the tests. */
  otherClusters?: JsonObject[];
  /** Writes bundles, each a folder below the given one, before the portal starts. */
  bundles(folder: string, cluster: TestCluster): void | Promise<void>;
}

/** A portal in this process whose jobs are objects of the real cluster and run on its pods. To be called outside of tests. */
export function useClusterPortal(options: ClusterPortalOptions) {
  const test = useCluster();
  const client = KubeClient.for(kubeConfigOf(test.kubeconfig));
  const folder = mkdtempSync(join(tmpdir(), 'arena-jobs-'));
  const cleanups: Array<() => unknown> = [];
  const home = { cluster: CLUSTER, namespace: '' };
  const otherNamespaces: string[] = [];
  let portal: TestPortal | undefined;

  beforeAll(async () => {
    const bundles = join(folder, 'bundles');
    mkdirSync(bundles);
    await options.bundles(bundles, test);
    home.namespace = await test.createNamespace(options.prefix, RESTRICTED);
    for (const prefix of options.otherNamespaces ?? []) {
      otherNamespaces.push(await test.createNamespace(prefix, RESTRICTED));
    }
    const port = await freePort();
    portal = await startPortal(folder, {
      home,
      workspaceRoot: bundles,
      features: options.features,
      arena: {
        // The S3 server of the tests is on this machine.
        network: { allow: [test.hostAddress] },
        ...options.arena?.(test),
        workers: { listen: { host: test.hostAddress, port } },
        clusters: [
          {
            name: CLUSTER,
            connection: { type: 'kubeconfig', path: test.kubeconfig },
            namespaces: [home.namespace, ...otherNamespaces],
            // Portals of other tests on this cluster are no replicas of this one.
            leaseNamespace: home.namespace,
            worker: {
              image: test.images.worker,
              imagePullPolicy: 'IfNotPresent',
              backendUrl: test.cluster.hostUrl(port) + WORKER_PATH,
              ...options.worker,
            },
          },
          ...(options.otherClusters ?? []),
        ],
      },
    });
  }, 120_000);

  afterAll(async () => {
    await portal?.stop();
    for (const cleanup of cleanups.reverse()) await cleanup();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** What is at a path of the API server; undefined when there is nothing. */
  async function read<T>(path: string): Promise<T | undefined> {
    try {
      return (await client.request({ path })).body as T;
    } catch (error) {
      if (error instanceof KubeApiError && error.code === 404) return undefined;
      throw error;
    }
  }

  async function readJob(name: string): Promise<ArenaJob | undefined> {
    return read(
      `/apis/${ARENA_API_VERSION}/namespaces/${home.namespace}/arenajobs/${name}`,
    );
  }

  /** Asks the API server until an ArenaJob is as it should be. */
  async function waitForJob(
    name: string,
    condition: (job: ArenaJob) => boolean,
    ms = 90_000,
  ): Promise<ArenaJob> {
    const end = Date.now() + ms;
    for (;;) {
      const job = await readJob(name);
      if (job && condition(job)) return job;
      if (Date.now() > end) {
        throw new Error(`Waited in vain: ${JSON.stringify(job, null, 2)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  return {
    ...test,
    folder,
    cleanups,
    otherNamespaces,
    get namespace(): string {
      return home.namespace;
    },
    get portal(): TestPortal {
      if (!portal) throw new Error('The portal has not started');
      return portal;
    },
    read,
    readJob,
    waitForJob,
    finish: (name: string, ms?: number) => waitForJob(name, finished, ms),
    /** Creates or changes one of our objects, as somebody does who never opens the portal. */
    async create(
      kind: ArenaKind,
      name: string,
      spec: object,
      metadata: object = {},
    ): Promise<void> {
      await test.apply({
        apiVersion: apiVersionOf(kind),
        kind,
        metadata: { name, namespace: home.namespace, ...metadata },
        spec,
      });
    },
    /** The run of a job, as the portal shows it. */
    async runOf(job: ArenaJob): Promise<Run> {
      const { base, call } = this.portal;
      return call('GET', `${base}/runs/${job.status?.run?.id}`);
    },
    /** Names of objects of the namespace, such as `pods`, that a label selects. */
    async names(resource: string, labelSelector = ''): Promise<string[]> {
      const group = resource === 'jobs' ? '/apis/batch/v1' : '/api/v1';
      const list = await read<{ items: Array<{ metadata: { name: string } }> }>(
        `${group}/namespaces/${
          home.namespace
        }/${resource}?labelSelector=${encodeURIComponent(labelSelector)}`,
      );
      return (list?.items ?? []).map(({ metadata }) => metadata.name);
    },
  };
}
