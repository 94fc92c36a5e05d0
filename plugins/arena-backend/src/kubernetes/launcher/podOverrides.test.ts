import { createConfig, createSpec } from './__testUtils__/pools';
import { refusePodOverrides } from './podOverrides';
import { workerJob } from './workerJob';

const podOf = (podOverrides: object, config = {}) =>
  workerJob(createSpec({ podOverrides }), createConfig(config)).spec.template;

describe('refusePodOverrides', () => {
  it('names each field that is not allowed, and what is', () => {
    const wanted = {
      serviceAccountName: 'x',
      labels: { a: 'b' },
      extraVolumes: [],
    };
    expect(refusePodOverrides(wanted, ['labels'])).toEqual({
      reason: 'PodOverridesNotAllowed',
      message:
        'spec.workers.podOverrides.serviceAccountName, spec.workers.podOverrides.extraVolumes: not allowed on this cluster; allowed are labels (worker.podOverrides of the cluster in app-config)',
    });
    expect(refusePodOverrides(wanted, [])?.message).toContain(
      'no field is allowed',
    );
  });

  it('has nothing against what is allowed, or not asked for', () => {
    expect(refusePodOverrides({ labels: {} }, ['labels'])).toBeUndefined();
    expect(refusePodOverrides(undefined, [])).toBeUndefined();
  });
});

describe('mergePodOverrides', () => {
  it('replaces names', () => {
    const config = { serviceAccountName: 'workers', priorityClassName: 'low' };
    const wanted = { serviceAccountName: 'mine', priorityClassName: 'high' };
    expect(podOf({}, config).spec).toMatchObject(config);
    expect(podOf(wanted, config).spec).toMatchObject(wanted);
  });

  it('lets labels of ours win, and annotations, nodes and resources of the job', () => {
    const { metadata, spec } = podOf(
      {
        labels: { team: 'x', 'app.kubernetes.io/managed-by': 'me' },
        annotations: { note: 'mine' },
        nodeSelector: { zone: 'b' },
        resources: { limits: { memory: '4Gi' } },
      },
      { nodeSelector: { zone: 'a', disk: 'ssd' } },
    );
    expect(metadata.labels).toMatchObject({
      team: 'x',
      'app.kubernetes.io/managed-by': 'backstage-arena',
    });
    expect(metadata.annotations).toEqual({ note: 'mine' });
    expect(spec.nodeSelector).toEqual({ zone: 'b', disk: 'ssd' });
    expect(spec.containers[0].resources).toEqual({
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { memory: '4Gi' },
    });
  });

  it('adds to lists, and keeps the variables of the run', () => {
    const { spec } = podOf(
      {
        tolerations: [{ key: 'b' }],
        imagePullSecrets: [{ name: 'mine' }],
        extraVolumes: [{ name: 'more', emptyDir: {} }],
        extraVolumeMounts: [{ name: 'more', mountPath: '/more' }],
        env: [{ name: 'ARENA_BACKEND_URL', value: 'http://elsewhere' }],
        envFrom: [{ configMapRef: { name: 'settings' } }],
      },
      { tolerations: [{ key: 'a' }], imagePullSecrets: ['ours'] },
    );
    const [container] = spec.containers;
    expect(spec.tolerations).toEqual([{ key: 'a' }, { key: 'b' }]);
    expect(spec.imagePullSecrets).toEqual([{ name: 'ours' }, { name: 'mine' }]);
    expect(spec.volumes).toHaveLength(2);
    expect(container.volumeMounts).toHaveLength(2);
    expect(container.envFrom).toEqual([{ configMapRef: { name: 'settings' } }]);
    const urls = (container.env as Array<{ name: string; value?: string }>)
      .filter(({ name }) => name === 'ARENA_BACKEND_URL')
      .map(({ value }) => value);
    // Of several the last counts.
    expect(urls[urls.length - 1]).toMatch(/^https:\/\/portal/);
  });
});
