import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { useCluster } from '../testing/useCluster';

interface Pod {
  status: {
    phase: string;
    containerStatuses?: Array<{ restartCount: number }>;
  };
}

interface List {
  metadata: { resourceVersion: string; continue?: string };
}

/** What the strictest policy of Pod Security asks for. */
const RESTRICTED = {
  runAsNonRoot: true,
  runAsUser: 65_532,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('a cluster of our own', () => {
  const { cluster, images, s3, createNamespace, apply, get } = useCluster();
  let namespace: string;

  beforeAll(async () => {
    namespace = await createNamespace('devcluster', {
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  const kubectl = (...args: string[]) =>
    cluster.kubectl(['-n', namespace, ...args]);

  async function createPod(name: string, container: object) {
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        containers: [
          { name: 'main', securityContext: RESTRICTED, ...container },
        ],
      },
    });
  }

  async function outputOf(name: string) {
    await kubectl(
      ...['wait', '--for=jsonpath={.status.phase}=Succeeded', '--timeout=60s'],
      `pod/${name}`,
    );
    return kubectl('logs', name);
  }

  async function createConfigMap(name: string) {
    await apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { key: 'content-of-an-object' },
    });
  }

  it('should run the worker image as the strictest policy wants it', async () => {
    await createPod('worker', { image: images.worker, args: ['--version'] });
    expect((await outputOf('worker')).trim()).toMatch(/^\d+\.\d+\.\d+$/);
  }, 90_000);

  it('should let pods reach servers on this machine', async () => {
    const server: Server = createServer((_, response) => response.end('here'));
    server.listen(0, cluster.hostAddress);
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const urls = [cluster.hostUrl(port), `${s3.podEndpoint}/healthz`];
      await createPod('client', {
        image: images.node,
        command: ['node', '--input-type=module', '-e'],
        args: [
          `for (const url of ${JSON.stringify(urls)}) {
             console.log(await (await fetch(url)).text());
           }`,
        ],
      });
      expect((await outputOf('client')).trim().split('\n')).toEqual([
        'here',
        'OK',
      ]);
    } finally {
      server.close();
    }
  }, 90_000);

  it('should lose nothing when the API server and etcd are killed', async () => {
    await createPod('steady', {
      image: images.busybox,
      command: ['sleep', '3600'],
    });
    await kubectl('wait', '--for=condition=Ready', 'pod/steady');

    await cluster.kill('apiserver');
    await cluster.kill('etcd');
    expect(cluster.isRunning('apiserver')).toBe(false);
    await expect(kubectl('get', 'pods')).rejects.toThrow(/refused/);
    await expect(cluster.kill('etcd')).rejects.toThrow('etcd does not run');
    await cluster.start('etcd');
    await cluster.start('apiserver');
    await expect(cluster.start('etcd')).rejects.toThrow('etcd runs already');

    const pod = await get<Pod>('pod', 'steady', '-n', namespace);
    expect(pod.status.phase).toBe('Running');
    expect(pod.status.containerStatuses?.[0].restartCount).toBe(0);
    await kubectl('delete', 'pod', 'steady', '--wait=false');
  }, 120_000);

  it('should stop the clock of a component, and let it go on', async () => {
    await cluster.pause('scheduler');
    try {
      expect(cluster.isRunning('scheduler')).toBe(true);
      await createPod('late', { image: images.busybox, command: ['true'] });
      await expect(
        kubectl(
          ...['wait', '--for=condition=PodScheduled', '--timeout=2s'],
          'pod/late',
        ),
      ).rejects.toThrow('timed out');
    } finally {
      await cluster.resume('scheduler');
    }
    expect(await outputOf('late')).toBe('');
  }, 90_000);

  it('should answer 410 Gone to whoever goes on from before a compaction', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const page: List = JSON.parse(
      await kubectl('get', '--raw', `${path}?limit=1`),
    );
    await createConfigMap('before');
    await createConfigMap('between');
    const first: List = JSON.parse(
      await kubectl('get', '--raw', `${path}?limit=1`),
    );
    expect(first.metadata.continue).toBeDefined();
    await createConfigMap('later');

    await cluster.compact();

    const { resourceVersion } = page.metadata;
    const watched = await kubectl(
      ...['get', '--raw'],
      `${path}?watch=1&timeoutSeconds=5&resourceVersion=${resourceVersion}`,
    );
    expect(JSON.parse(watched)).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
    await expect(
      kubectl(
        ...['get', '--raw'],
        `${path}?limit=1&continue=${first.metadata.continue}`,
      ),
    ).rejects.toThrow(/too old/);
  }, 90_000);

  it('should record who did what, and nothing of what objects contain', async () => {
    await createConfigMap('audited');
    const events = await cluster.auditLog();
    const writes = events.filter(
      event =>
        event.objectRef?.name === 'audited' &&
        event.objectRef.namespace === namespace,
    );
    expect(writes).toEqual([
      expect.objectContaining({
        verb: 'patch',
        stage: 'ResponseComplete',
        user: expect.objectContaining({ username: 'admin' }),
        responseStatus: expect.objectContaining({ code: 201 }),
      }),
    ]);
    expect(JSON.stringify(events)).not.toMatch('content-of-an-object');
  }, 60_000);

  it('should know our types of objects', async () => {
    const names = await kubectl('get', 'crd', '-o', 'name');
    expect(names).toMatch('arenajobs.omnia.altairalabs.ai');
  }, 60_000);
});
