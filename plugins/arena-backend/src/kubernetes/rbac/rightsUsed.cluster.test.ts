import { mockLogger } from '../../__testUtils__/mockLogger';
import { JsonObject } from '@backstage/types';
import { useCluster } from '@backstage-arena/arena-devcluster';
import {
  apiVersionOf,
  ARENA_KINDS,
  ArenaKind,
  ArenaObject,
  hasStatus,
  Provider,
} from '@backstage-arena/plugin-arena-common';
import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { systemClock } from '../../time/Clock';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import { KubernetesConfigMapReader } from '../configmaps/KubernetesConfigMapReader';
import { createConfig, createSpec } from '../launcher/__testUtils__/pools';
import { KubernetesLauncher } from '../launcher/KubernetesLauncher';
import { LeaseElection } from '../lease/LeaseElection';
import { KubernetesSecretReader } from '../secrets/KubernetesSecretReader';
import {
  createKubernetesStore,
  KubernetesStore,
} from '../store/createKubernetesStore';
import { readAuditedRights } from './auditedRights';
import { compareRights } from './compareRights';
import { PORTAL_ACCOUNT, rbacFiles } from './manifests';
import { RIGHTS } from './rights';

jest.setTimeout(120_000);

const SPECS: Record<ArenaKind, JsonObject> = {
  ArenaJob: { sourceRef: { name: 'bundle' } },
  ArenaSource: { type: 'workspace', workspace: { path: 'bundle' } },
  ArenaConfig: { sourceRef: { name: 'bundle' } },
  Provider: { type: 'mock' },
  AgentRuntime: { facades: [{ type: 'websocket' }] },
  ToolRegistry: {
    handlers: [
      {
        name: 'search',
        type: 'mcp',
        mcpConfig: { transport: 'sse', endpoint: 'http://search/mcp' },
      },
    ],
  },
  ArenaReferenceGrant: {
    from: [{ kind: 'ArenaJob', namespace: 'team' }],
    to: [{ kind: 'Provider' }],
  },
};

const FIRST = 'get arenajobs.omnia.altairalabs.ai';

const logger = mockLogger();

/** Everything that the backend does in a cluster, with the account that the manifests make, and with nothing but its rights. */
describe('the rights of the portal', () => {
  const { cluster, kubeconfig, images, createNamespace, apply } = useCluster();
  let home: string;
  let served: string;
  let account: KubeConfig;
  let client: KubeClient;
  let store: KubernetesStore;

  beforeAll(async () => {
    home = await createNamespace('rights-home');
    served = await createNamespace('rights-served');
    await apply(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: PORTAL_ACCOUNT, namespace: home },
      },
      ...grants('deploy/kustomize/account/rbac.yaml', home),
      ...grants('deploy/kustomize/rbac-namespace/rbac.yaml', served),
    );
    account = await signIn();
    client = KubeClient.for(account);
    store = createStore();
  });

  afterAll(async () => {
    await store?.stop();
  });

  /** What a file grants, in a namespace, to the account in its own. */
  function grants(path: string, namespace: string): object[] {
    return parseAllDocuments(rbacFiles().get(path)!).map(document => {
      const manifest = document.toJS();
      manifest.metadata.namespace = namespace;
      for (const subject of manifest.subjects ?? []) {
        subject.namespace = home;
      }
      return manifest;
    });
  }

  async function signIn(): Promise<KubeConfig> {
    const token = await cluster.kubectl([
      ...['create', 'token', PORTAL_ACCOUNT, '-n', home],
    ]);
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      kubeConfigOf(kubeconfig).getCurrentCluster()!,
      { name: 'portal', token: token.trim() },
    );
    return config;
  }

  function createStore(): KubernetesStore {
    return createKubernetesStore({
      kubeConfig: account,
      cluster: 'test',
      namespaces: [served],
      clock: systemClock,
      logger,
    });
  }

  function input(kind: ArenaKind, name: string, labels = {}) {
    return {
      apiVersion: apiVersionOf(kind),
      kind,
      metadata: { name, namespace: served, labels },
      spec: SPECS[kind],
    };
  }

  const kinds = ARENA_KINDS.map(names => names.kind);

  it('are enough to read before the cluster is known', async () => {
    // The authorizer learns of a role some moments after it is written.
    await waitUntil('the rights', async () => {
      const [found] = await Promise.allSettled([
        store.resources.get('ArenaJob', { namespace: served, name: 'none' }),
      ]);
      return (
        found.status === 'rejected' && found.reason.name === 'NotFoundError'
      );
    });
    for (const kind of kinds) {
      await expect(
        store.resources.get(kind, { namespace: served, name: 'none' }),
      ).rejects.toMatchObject({ name: 'NotFoundError' });
    }
  });

  it.each(kinds)('are enough for the life of %s', async kind => {
    store.start();
    await store.resources.list(kind);
    const key = { namespace: served, name: 'object' };
    const created = await store.resources.create(input(kind, key.name));
    const changed = await store.resources.update(
      input(kind, key.name, { team: 'a' }),
    );
    if (hasStatus(kind)) {
      await store.resources.updateStatus({
        ...changed,
        status: { observedGeneration: 1 },
      });
      await recordEvents(created);
    }
    await store.resources.delete(kind, key);
    await expect(store.resources.get(kind, key)).rejects.toThrow(key.name);
  });

  async function recordEvents(object: ArenaObject): Promise<void> {
    const event = { type: 'Normal', reason: 'Seen', message: 'x' } as const;
    await store.events.record(object, event);
    await store.events.record(object, event);
    // Another replica, which finds that event.
    await createStore().events.record(object, event);
    await waitUntil('the event', async () => {
      const [found] = await store.events.list(object.metadata);
      return found?.count === 3;
    });
  }

  it('are enough to be the controller', async () => {
    let elected = 0;
    const election = new LeaseElection({
      kubeConfig: account,
      namespace: home,
      name: 'arena-controller',
      holder: 'this replica',
      clock: systemClock,
      ttlMs: 3_000,
      renewDeadlineMs: 2_000,
      renewMs: 100,
      onElected: async () => {
        elected += 1;
      },
      onDeposed: async () => {},
      onError: error => {
        throw error;
      },
    });
    election.start();
    await waitUntil('the election', () => elected === 1);
    await election.stop();
    expect(election.isLeader()).toBe(false);
  });

  it('are enough to read credentials', async () => {
    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'openai', namespace: served },
      stringData: { 'api-key': 'sk-1' },
    });
    const reader = new KubernetesSecretReader({
      client,
      allowedEnvironment: [],
      environment: {},
    });
    const provider = await store.resources.create<Provider>({
      ...input('Provider', 'openai'),
      spec: {
        type: 'openai',
        model: 'gpt',
        credential: { secretRef: { name: 'openai', key: 'api-key' } },
      },
    });
    expect(await reader.find(provider)).toMatchObject({ state: 'found' });
  });

  it('are enough to read bundles of ConfigMaps', async () => {
    await apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'bundle', namespace: served },
      data: { 'config.arena.yaml': 'kind: Arena' },
    });
    const reader = new KubernetesConfigMapReader({ client });
    const { signal } = new AbortController();
    expect(
      await reader.read({ namespace: served, name: 'bundle' }, { signal }),
    ).toEqual({ 'config.arena.yaml': 'kind: Arena' });
  });

  describe('for workers', () => {
    let launcher: KubernetesLauncher;
    let spec: WorkerPoolSpec;

    beforeAll(() => {
      launcher = new KubernetesLauncher({
        kubeConfig: account,
        cluster: {
          namespaces: [served],
          worker: createConfig({
            image: images.worker,
            // They wait for a node that there is not.
            nodeSelector: { 'arena.test/none': 'true' },
          }),
        },
        clock: systemClock,
        logger,
      });
    });

    afterAll(async () => {
      await launcher.shutdown();
    });

    async function specOf(name: string): Promise<WorkerPoolSpec> {
      const job: ArenaObject = await store.resources.create(
        input('ArenaJob', name),
      );
      const { uid } = job.metadata;
      return createSpec({
        runId: `${uid}-1`,
        namespace: served,
        jobName: name,
        jobUid: uid,
        replicas: 1,
      });
    }

    it('are enough to start, scale and stop them', async () => {
      spec = await specOf('pool');
      let value = 'sk-1';
      spec.credentials = { KEY: { value: async () => value } };
      await launcher.ensure(spec);
      await waitUntil('the pod', async () => {
        const { workers } = await launcher.status(spec);
        return workers.length === 1;
      });
      value = 'sk-2';
      await launcher.ensure({ ...spec, replicas: 2 });
      await waitUntil('two pods', async () => {
        const { workers } = await launcher.status(spec);
        return workers.length === 2;
      });
      await launcher.stop(spec);
      await waitUntil('the end', async () => {
        const { workers } = await launcher.status(spec);
        return workers.length === 0;
      });
      expect(await launcher.status(spec)).toMatchObject({ active: 0 });
    });

    it('are enough to find a name taken', async () => {
      await apply({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'taken-worker', namespace: served },
        spec: {
          suspend: true,
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'x', image: images.busybox }],
            },
          },
        },
      });
      const { trouble } = await launcher.ensure(await specOf('taken'));
      expect(trouble?.message).toContain('taken-worker');
    });
  });

  // The log of another cluster is not at hand.
  const describeWithLog = cluster.own ? describe : describe.skip;

  describeWithLog('as the API server has seen them', () => {
    it('are all used, and no other is', async () => {
      await store.stop();
      const lines = (await cluster.auditLog()).map(event =>
        JSON.stringify(event),
      );
      const audited = await readAuditedRights(lines, {
        username: `system:serviceaccount:${home}:${PORTAL_ACCOUNT}`,
      });
      // The first request may come before the authorizer knows of the role.
      audited.denied.delete(FIRST);
      expect(compareRights(RIGHTS, audited)).toEqual({
        unused: [],
        unlisted: [],
        denied: [],
      });
    });
  });
});
