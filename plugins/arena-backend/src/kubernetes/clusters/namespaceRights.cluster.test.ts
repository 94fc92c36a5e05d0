import { mockLogger } from '../../__testUtils__/mockLogger';
import { ConfigReader } from '@backstage/config';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { GoneError } from '@backstage-arena/plugin-arena-node';
import { parseAllDocuments } from 'yaml';
import { readClusters } from '../../config/readClusters';
import { ArenaCluster } from '../../services/ArenaCluster';
import { systemClock } from '../../time/Clock';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import { rbacFiles } from '../rbac/manifests';
import { createKubernetesCluster } from './createKubernetesCluster';

jest.setTimeout(60_000);

const ACCOUNT = 'portal';

interface Role {
  rules: { resources: string[] }[];
}

describe('a namespace that the portal has no rights in', () => {
  const { cluster, kubeconfig, images, createNamespace, apply } = useCluster();
  let open: string;
  let closed: string;
  let served: ArenaCluster;

  beforeEach(async () => {
    open = await createNamespace('open');
    closed = await createNamespace('closed');
    await apply(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: ACCOUNT, namespace: open },
      },
      ...grantsIn(open),
      ...[open, closed].map(namespace => ({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'job', namespace },
        spec: { sourceRef: { name: 'bundle' } },
      })),
    );
  });

  afterEach(async () => {
    await served?.launcher.shutdown();
    await served?.stop();
  });

  function grantsIn(namespace: string): object[] {
    const file = rbacFiles().get('deploy/kustomize/rbac-namespace/rbac.yaml');
    return parseAllDocuments(file ?? '').map(document => {
      const manifest = document.toJS();
      manifest.metadata.namespace = namespace;
      for (const subject of manifest.subjects ?? []) {
        Object.assign(subject, { name: ACCOUNT, namespace: open });
      }
      return manifest;
    });
  }

  async function start(): Promise<ArenaCluster> {
    const token = await cluster.kubectl([
      ...['create', 'token', ACCOUNT, '-n', open],
    ]);
    const api = kubeConfigOf(kubeconfig).getCurrentCluster();
    const rootConfig = new ConfigReader({
      clusters: [
        {
          name: 'dev',
          connection: {
            type: 'direct',
            url: api?.server,
            caData: api?.caData,
            token: token.trim(),
          },
          namespaces: [closed, open],
          worker: { image: images.worker, backendUrl: 'http://portal.example' },
        },
      ],
    });
    const [config] = readClusters(rootConfig, '/');
    const created = createKubernetesCluster({
      cluster: config,
      config: { workers: { allowedEnvironment: [] } } as never,
      rootConfig,
      logger: mockLogger(),
      clock: systemClock,
      environment: {},
    });
    created.start();
    return created;
  }

  /** Rights in the closed namespace, but for one resource. */
  async function grantAllBut(group: string, resource: string): Promise<void> {
    const [role, ...others] = grantsIn(closed) as [Role];
    for (const rule of role.rules) {
      rule.resources = rule.resources.filter(
        each => each.split('/')[0] !== resource,
      );
    }
    role.rules = role.rules.filter(({ resources }) => resources.length > 0);
    await apply(role, ...others);
    // The API server takes a moment to see them.
    await waitUntil(
      'the rights',
      async () =>
        (await mayList('omnia.altairalabs.ai', 'arenajobs')) &&
        !(await mayList(group, resource)),
    );
  }

  async function mayList(group: string, resource: string): Promise<boolean> {
    const { body } = await KubeClient.for(kubeConfigOf(kubeconfig)).request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: `system:serviceaccount:${open}:${ACCOUNT}`,
          resourceAttributes: {
            namespace: closed,
            verb: 'list',
            group,
            resource,
          },
        },
      },
    });
    return (body as { status: { allowed: boolean } }).status.allowed;
  }

  const keysOf = async (options = {}) =>
    (await served.resources.list('ArenaJob', options)).items.map(
      ({ metadata }) => metadata.namespace,
    );

  it('does not hold up the others, is named with the reason, and comes in by itself when the rights do', async () => {
    served = await start();
    await waitUntil('the other one is read', () => served.health!().ready);
    expect(served.health!()).toEqual({
      ready: true,
      failingNamespaces: [
        {
          name: closed,
          message: expect.stringMatching(/is forbidden: .* cannot list/),
        },
      ],
    });
    expect(await keysOf()).toEqual([open]);
    expect(await keysOf({ namespace: open })).toEqual([open]);
    await expect(keysOf({ namespace: closed })).rejects.toThrow(
      new RegExp(`Namespace '${closed}' of cluster 'dev' .*forbidden`),
    );
    const { metadata } = await served.resources.list('ArenaJob');
    const events = await served.events.list({ uid: 'x', namespace: open });
    expect(events).toEqual([]);

    // Who follows is told to list again as soon as there is more.
    const { signal } = new AbortController();
    const follow = async () => {
      const { resourceVersion } = metadata;
      const watch = served.resources.watch('ArenaJob', {
        resourceVersion,
        signal,
      });
      for await (const { object } of watch) {
        expect(object.metadata.namespace).toBe(open);
      }
    };
    const following = follow();
    await Promise.all([
      expect(following).rejects.toThrow(GoneError),
      apply(...grantsIn(closed)),
    ]);
    expect(await keysOf()).toEqual([closed, open]);
    // Objects and grants are read by different watches.
    await waitUntil('all is well', () => {
      const { failingNamespaces, message } = served.health!();
      return !failingNamespaces && !message;
    });
    expect(served.health!()).toEqual({ ready: true });
  });

  it('holds up only what is lent when grants alone cannot be read there', async () => {
    await grantAllBut('arena.backstage.io', 'arenareferencegrants');
    served = await start();
    await waitUntil('it is said', () => {
      const { ready, message = '' } = served.health!();
      return ready && message.includes('arenareferencegrants');
    });
    expect(served.health!()).toEqual({
      ready: true,
      message: expect.stringMatching(
        /references across namespaces are refused: .*forbidden.*docs\/kubernetes-rights\.md/,
      ),
    });
    expect((await served.resources.list('ArenaJob')).items).toHaveLength(2);
  });

  it('is named as soon as only the pods of workers cannot be read there', async () => {
    await grantAllBut('', 'pods');
    served = await start();
    const isOnlyPods = () => {
      const { ready, failingNamespaces = [] } = served.health!();
      return (
        ready &&
        failingNamespaces.length === 1 &&
        failingNamespaces[0].name === closed &&
        failingNamespaces[0].message.includes('pods is forbidden')
      );
    };
    await waitUntil('the pods are what is missing', isOnlyPods);
    expect((await served.resources.list('ArenaJob')).items).toHaveLength(2);
  });
});
