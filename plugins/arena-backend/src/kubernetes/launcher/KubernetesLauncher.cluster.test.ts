import { mockServices } from '@backstage/backend-test-utils';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { ARENA_API_VERSION } from '@backstage-arena/plugin-arena-common';
import {
  WorkerPoolSpec,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
import { KubeConfig } from '@kubernetes/client-node';
import {
  KubernetesClusterConfig,
  POD_OVERRIDE_FIELDS,
} from '../../config/KubernetesClusterConfig';
import { systemClock } from '../../time/Clock';
import { KubernetesLauncher } from './KubernetesLauncher';

jest.setTimeout(120_000);

const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

interface PodList {
  items: Array<{
    metadata: { name: string; labels: Record<string, string> };
    status: { phase: string };
  }>;
}

interface JobObject {
  metadata: { name: string; uid: string };
  spec: { parallelism: number; suspend?: boolean };
}

describe('KubernetesLauncher', () => {
  const { cluster, kubeconfig, images, createNamespace, apply, get } =
    useCluster();
  const launchers: KubernetesLauncher[] = [];
  let count = 0;

  afterAll(async () => {
    await Promise.all(launchers.map(launcher => launcher.shutdown()));
  });

  function createLauncher(
    worker: Partial<KubernetesClusterConfig['worker']> = {},
  ): KubernetesLauncher {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const launcher = new KubernetesLauncher({
      kubeConfig,
      logger: mockServices.logger.mock(),
      clock: systemClock,
      cluster: {
        worker: {
          image: images.worker,
          imagePullPolicy: 'IfNotPresent',
          imagePullSecrets: [],
          backendUrl: 'http://198.18.255.1:1/worker/v1',
          resources: {
            requests: { cpu: '10m', memory: '64Mi' },
            limits: { memory: '256Mi' },
          },
          nodeSelector: {},
          tolerations: [],
          podOverrides: POD_OVERRIDE_FIELDS,
          ...worker,
        },
      },
    });
    launchers.push(launcher);
    return launcher;
  }

  /** A pool of an ArenaJob that is there: what belongs to no object is removed by the cluster. */
  async function createSpec(
    namespace: string,
    overrides: Partial<WorkerPoolSpec> = {},
  ): Promise<WorkerPoolSpec> {
    count += 1;
    const name = `job-${count}`;
    await apply({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: { name, namespace },
      spec: { sourceRef: { name: 'source' }, type: 'evaluation' },
    });
    const job = await get<JobObject>('arenajob', name, '-n', namespace);
    const { uid } = job.metadata;
    return {
      runId: `${uid}-1`,
      cluster: 'real',
      namespace,
      jobName: name,
      jobUid: uid,
      replicas: 1,
      finalizing: false,
      token: async () => 'token-of-the-run',
      // Nobody is there: workers come again and again until they are told to go.
      backendUrl: 'http://198.18.255.1:1/worker/v1',
      credentials: {},
      outputCredentials: {},
      verbose: false,
      labels: { 'backstage.io/kubernetes-id': name },
      annotations: {},
      ...overrides,
    };
  }

  /** Asks as the reconciler does, until the pool is as it should be. */
  async function until(
    launcher: KubernetesLauncher,
    spec: WorkerPoolSpec,
    condition: (status: WorkerPoolStatus) => boolean,
    ms = 60_000,
  ): Promise<WorkerPoolStatus> {
    const end = Date.now() + ms;
    for (;;) {
      const status = await launcher.ensure(spec);
      if (condition(status)) return status;
      if (Date.now() > end) {
        throw new Error(`Waited in vain: ${JSON.stringify(status)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }

  const running = (number: number) => (status: WorkerPoolStatus) =>
    status.active === number &&
    status.workers.filter(({ state }) => state === 'running').length === number;

  const podsOf = async (spec: WorkerPoolSpec) =>
    (
      await get<PodList>(
        'pods',
        '-n',
        spec.namespace,
        '-l',
        `arena.backstage.io/run=${spec.runId}`,
      )
    ).items;

  it('keeps the wanted number of pods in a restricted namespace', async () => {
    const namespace = await createNamespace('launcher', RESTRICTED);
    const launcher = createLauncher();
    const changes: string[] = [];
    launcher.onChange(key => changes.push(`${key.namespace}/${key.name}`));
    const spec = await createSpec(namespace, { replicas: 2 });
    const status = await until(launcher, spec, running(2));
    expect(status.trouble).toBeUndefined();
    expect(status.runningSince).toBeInstanceOf(Date);
    expect(changes).toContain(`${namespace}/${spec.jobName}`);

    // A pod that somebody deletes is replaced, and so is the Job.
    const [pod] = await podsOf(spec);
    await cluster.kubectl([
      'delete',
      'pod',
      pod.metadata.name,
      '-n',
      namespace,
      '--wait=false',
    ]);
    await until(
      launcher,
      spec,
      pool =>
        running(2)(pool) &&
        !pool.workers.some(({ id }) => id === pod.metadata.name),
    );
    const before = await get<JobObject>(
      'job',
      `${spec.jobName}-worker`,
      '-n',
      namespace,
    );
    await cluster.kubectl([
      'delete',
      'job',
      before.metadata.name,
      '-n',
      namespace,
    ]);
    await until(launcher, spec, running(2));

    // Another controller takes over: it starts nothing anew, and its token is the one that the workers have.
    const names = (await podsOf(spec)).map(({ metadata }) => metadata.name);
    const next = createLauncher();
    await launcher.release(spec.runId);
    await until(
      next,
      {
        ...spec,
        token: async () => {
          throw new Error('There is a token');
        },
      },
      running(2),
    );
    expect((await podsOf(spec)).map(({ metadata }) => metadata.name)).toEqual(
      names,
    );

    // Up and down; who goes drains, and is no failure.
    await until(next, { ...spec, replicas: 4 }, running(4));
    const down = await until(next, { ...spec, replicas: 1 }, running(1));
    expect(down.trouble).toBeUndefined();

    await next.stop(spec.runId);
    expect(
      await cluster.kubectl(['get', 'secrets', '-n', namespace, '-o', 'name']),
    ).toBe('');
    const job = await get<{
      spec: {
        ttlSecondsAfterFinished?: number;
        activeDeadlineSeconds?: number;
      };
    }>('job', `${spec.jobName}-worker`, '-n', namespace);
    expect(job.spec.ttlSecondsAfterFinished).toBe(3_600);
    expect(job.spec.activeDeadlineSeconds).toBeGreaterThan(0);
  });

  it.each<
    [
      string,
      {
        reason: string;
        message: RegExp;
        worker?: Partial<KubernetesClusterConfig['worker']>;
        spec?: Partial<WorkerPoolSpec>;
        quota?: Record<string, string>;
      },
    ]
  >([
    [
      'an image that cannot be pulled',
      {
        reason: 'ImagePullBackOff',
        message: /nothing\.invalid/,
        worker: { image: 'nothing.invalid/none:1' },
      },
    ],
    [
      'a name that is none of an image',
      {
        reason: 'InvalidImageName',
        message: /Not:AnImage/,
        worker: { image: 'Not:AnImage!' },
      },
    ],
    [
      'a Secret without the key',
      {
        reason: 'CreateContainerConfigError',
        message: /secret "absent" not found/,
        spec: {
          credentials: {
            ARENA_CREDENTIAL_1: {
              secret: { namespace: 'own', name: 'absent', key: 'value' },
              value: async () => undefined,
            },
          },
        },
      },
    ],
    [
      'a quota',
      {
        reason: 'QuotaExceeded',
        message: /exceeded quota: few/,
        spec: { replicas: 2 },
        quota: { pods: '1' },
      },
    ],
    [
      'a refusal by Pod Security',
      {
        reason: 'PodSecurityViolation',
        message: /hostPath/,
        spec: {
          podOverrides: {
            extraVolumes: [{ name: 'host', hostPath: { path: '/' } }],
          },
        },
      },
    ],
    [
      'a service account that is not there',
      {
        reason: 'ServiceAccountNotFound',
        message: /nobody/,
        spec: { podOverrides: { serviceAccountName: 'nobody' } },
      },
    ],
    [
      'a node that nobody has',
      {
        reason: 'Unschedulable',
        message: /node affinity\/selector/,
        spec: { podOverrides: { nodeSelector: { disk: 'golden' } } },
      },
    ],
    [
      'a claim that is not there',
      {
        reason: 'ClaimNotFound',
        message: /persistentvolumeclaim "absent" not found/,
        spec: {
          finalizing: true,
          output: { type: 'pvc', pvc: { claimName: 'absent' } },
        },
      },
    ],
    [
      'a volume that is not there',
      {
        reason: 'FailedMount',
        message: /configmap "absent" not found/,
        spec: {
          podOverrides: {
            extraVolumes: [{ name: 'more', configMap: { name: 'absent' } }],
            extraVolumeMounts: [{ name: 'more', mountPath: '/more' }],
          },
        },
      },
    ],
    [
      'too little memory',
      {
        reason: 'OOMKilled',
        message: /more memory than its limit/,
        worker: {
          resources: { requests: {}, limits: { memory: '40Mi' } },
        },
      },
    ],
    [
      'a worker that ends',
      {
        reason: 'WorkerFailed',
        message: /code 1: ARENA_BACKEND_URL is 'ftp:\/\/nowhere'/,
        spec: { backendUrl: 'ftp://nowhere' },
      },
    ],
    [
      'pods that no API server takes',
      {
        reason: 'WorkerJobInvalid',
        message: /tolerations\[0\]/,
        spec: { podOverrides: { tolerations: [{ operator: 'Perhaps' }] } },
      },
    ],
  ])('says within seconds what keeps workers away: %s', async (_, failing) => {
    const namespace = await createNamespace('trouble', RESTRICTED);
    if (failing.quota) {
      await apply({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'few', namespace },
        spec: { hard: failing.quota },
      });
    }
    const launcher = createLauncher(failing.worker);
    const spec = await createSpec(namespace, failing.spec);
    for (const credential of Object.values(spec.credentials)) {
      if (credential.secret) credential.secret.namespace = namespace;
    }
    const startedAt = Date.now();
    const { trouble } = await until(launcher, spec, pool =>
      Boolean(pool.trouble),
    );
    expect(trouble?.reason).toBe(failing.reason);
    expect(trouble?.message).toMatch(failing.message);
    expect(trouble?.fatal).toBe(failing.reason === 'WorkerJobInvalid');
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    await launcher.stop(spec.runId);
  });

  it('copies what pods cannot refer to, keeps the copy true, and makes the Secret again when it is lost', async () => {
    const namespace = await createNamespace('secrets', RESTRICTED);
    let key = 'sk-first';
    const spec = await createSpec(namespace, {
      credentials: { ARENA_CREDENTIAL_1: { value: async () => key } },
    });
    const name = `${spec.jobName}-worker`;
    const read = async () => {
      const { data } = await get<{ data: Record<string, string> }>(
        'secret',
        name,
        '-n',
        namespace,
      );
      return Object.fromEntries(
        Object.entries(data).map(([slot, value]) => [
          slot,
          Buffer.from(value, 'base64').toString(),
        ]),
      );
    };
    const launcher = createLauncher();
    await launcher.ensure(spec);
    expect(await read()).toEqual({
      token: 'token-of-the-run',
      ARENA_CREDENTIAL_1: 'sk-first',
    });
    key = 'sk-rotated';
    const token = async () => 'another-token';
    await launcher.ensure({ ...spec, token });
    expect(await read()).toEqual({
      token: 'token-of-the-run',
      ARENA_CREDENTIAL_1: 'sk-rotated',
    });
    await until(launcher, spec, running(1));

    await cluster.kubectl(['delete', 'secret', name, '-n', namespace]);
    await cluster.kubectl([
      'delete',
      'pods',
      '-n',
      namespace,
      '--all',
      '--wait=false',
    ]);
    // The next pod says what it misses.
    await until(
      launcher,
      spec,
      pool => pool.trouble?.reason === 'CreateContainerConfigError',
    );
    await launcher.ensure({ ...spec, token });
    expect(await read()).toMatchObject({ token: 'another-token' });
    await launcher.stop(spec.runId);
  });

  it('waits for a name that somebody else has, and for whoever admits a suspended Job', async () => {
    const namespace = await createNamespace('names', RESTRICTED);
    const launcher = createLauncher({ kueueQueue: 'team' });
    const spec = await createSpec(namespace);
    const name = `${spec.jobName}-worker`;
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace },
      spec: {
        suspend: true,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'c', image: images.busybox }],
          },
        },
      },
    });
    const { trouble } = await until(launcher, spec, pool =>
      Boolean(pool.trouble),
    );
    expect(trouble).toMatchObject({
      reason: 'WorkerJobNameTaken',
      fatal: false,
    });
    await cluster.kubectl(['delete', 'job', name, '-n', namespace]);
    await until(
      launcher,
      spec,
      pool => pool.trouble?.reason === 'WorkersSuspended',
    );
    await launcher.ensure({ ...spec, replicas: 3 });
    const job = await get<JobObject>('job', name, '-n', namespace);
    expect(job.spec).toMatchObject({ suspend: true, parallelism: 1 });
    await cluster.kubectl([
      'patch',
      'job',
      name,
      '-n',
      namespace,
      '--type=merge',
      '-p',
      '{"spec":{"suspend":false}}',
    ]);
    await until(launcher, spec, running(1));
    await launcher.stop(spec.runId);
  });
});
