import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubernetesClusterConfig } from '../../config/KubernetesClusterConfig';
import { RESTRICTED, useLaunchers } from './__testUtils__/useLaunchers';

jest.setTimeout(120_000);

describe('trouble with pods', () => {
  const { cluster, createNamespace, apply, createLauncher, createSpec, until } =
    useLaunchers();

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
    // A kubelet that is busy may have another reason for a moment.
    const { trouble } = await until(launcher, spec, pool =>
      failing.message.test(pool.trouble?.message ?? ''),
    );
    expect(trouble?.reason).toBe(failing.reason);
    expect(trouble?.fatal).toBe(failing.reason === 'WorkerJobInvalid');
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    await launcher.stop(spec);
  });

  it('gives up when Kubernetes does, and says what the workers said last', async () => {
    const namespace = await createNamespace('failed', RESTRICTED);
    const launcher = createLauncher();
    const spec = await createSpec(namespace, { backendUrl: 'ftp://nowhere' });
    await launcher.ensure(spec);
    await cluster.kubectl([
      'patch',
      'job',
      `${spec.jobName}-worker`,
      '-n',
      namespace,
      '--type=merge',
      '-p',
      '{"spec":{"backoffLimit":0}}',
    ]);
    const { trouble } = await until(
      launcher,
      spec,
      pool => pool.trouble?.fatal ?? false,
    );
    expect(trouble?.reason).toBe('BackoffLimitExceeded');
    expect(trouble?.message).toMatch(/has failed: .*ARENA_BACKEND_URL is 'ftp/);
    await launcher.stop(spec);
  });
});
