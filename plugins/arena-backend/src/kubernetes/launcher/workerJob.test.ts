import { createConfig, createSpec } from './__testUtils__/pools';
import { runSecret } from './runSecret';
import { finalizeJob, workerJob } from './workerJob';

/** Variables of the container by name: values, or where they come from. */
function variables(job: ReturnType<typeof workerJob>) {
  const [{ env }] = job.spec.template.spec.containers;
  const entries = env as Array<{
    name: string;
    value?: string;
    valueFrom?: object;
  }>;
  return Object.fromEntries(
    entries.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );
}

describe('workerJob', () => {
  it('belongs to its ArenaJob and says whose it is', () => {
    const { metadata, spec } = workerJob(
      createSpec({ annotations: { 'arena.backstage.io/owner': 'group:x/y' } }),
      createConfig(),
    );
    expect(metadata).toMatchObject({
      name: 'nightly-worker',
      namespace: 'team',
      annotations: { 'arena.backstage.io/owner': 'group:x/y' },
      ownerReferences: [{ kind: 'ArenaJob', uid: 'uid-1', controller: true }],
      labels: {
        'app.kubernetes.io/name': 'arena-worker',
        'app.kubernetes.io/instance': 'nightly',
        'app.kubernetes.io/component': 'worker',
        'app.kubernetes.io/managed-by': 'backstage-arena',
        'omnia.altairalabs.ai/job': 'nightly',
        'backstage.io/kubernetes-id': 'nightly',
        'arena.backstage.io/run': 'uid-1-1',
      },
    });
    expect(spec.template.metadata.labels).toMatchObject(metadata.labels);
  });

  it('is a pool: no completions, drained workers and disruptions are no failures', () => {
    const { spec } = workerJob(createSpec(), createConfig());
    expect(spec.parallelism).toBe(3);
    expect(spec).not.toHaveProperty('completions');
    expect(spec).not.toHaveProperty('ttlSecondsAfterFinished');
    expect(spec).not.toHaveProperty('suspend');
    expect(spec.backoffLimit).toBeGreaterThanOrEqual(50);
    expect(spec.podFailurePolicy).toEqual({
      rules: [
        {
          action: 'Ignore',
          onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
        },
        {
          action: 'Ignore',
          onExitCodes: {
            containerName: 'worker',
            operator: 'In',
            values: [143],
          },
        },
      ],
    });
  });

  it('gives workers longer to go than they take to drain', () => {
    const job = workerJob(createSpec(), createConfig());
    const drainMs = Number(variables(job).ARENA_DRAIN_TIMEOUT_MS);
    const graceMs =
      job.spec.template.spec.terminationGracePeriodSeconds * 1_000;
    expect(graceMs).toBeGreaterThan(drainMs + 5_000);
  });

  it('waits in the queue of Kueue', () => {
    const config = createConfig({ kueueQueue: 'team-queue' });
    const { metadata, spec } = workerJob(createSpec(), config);
    expect(spec.suspend).toBe(true);
    expect(metadata.labels['kueue.x-k8s.io/queue-name']).toBe('team-queue');
  });

  it('refers to secrets where they are, and to copies of those that are elsewhere', () => {
    const spec = createSpec({
      credentials: {
        ARENA_CREDENTIAL_1: {
          secret: { namespace: 'team', name: 'openai', key: 'api-key' },
          value: async () => 'sk-own',
        },
        ARENA_CREDENTIAL_2: {
          secret: { namespace: 'shared', name: 'claude', key: 'value' },
          value: async () => 'sk-lent',
        },
      },
      outputCredentials: {
        ARENA_CREDENTIAL_OUTPUT: {
          secret: { namespace: 'team', name: 's3', key: 'k' },
          value: async () => 'sk-s3',
        },
      },
    });
    const job = workerJob(spec, createConfig());
    expect(JSON.stringify(job)).not.toContain('sk-');
    expect(variables(job)).toMatchObject({
      ARENA_RUN_TOKEN: {
        secretKeyRef: { name: 'nightly-worker', key: 'token' },
      },
      ARENA_WORKER_ID: { fieldRef: { fieldPath: 'metadata.name' } },
      ARENA_CREDENTIAL_1: { secretKeyRef: { name: 'openai', key: 'api-key' } },
      ARENA_CREDENTIAL_2: {
        secretKeyRef: { name: 'nightly-worker', key: 'ARENA_CREDENTIAL_2' },
      },
    });
    // What may write to the output is kept from the bundle.
    expect(variables(job)).not.toHaveProperty('ARENA_CREDENTIAL_OUTPUT');
  });

  it('gives pods the variables and the CA that the administrator configures', () => {
    const job = workerJob(
      createSpec(),
      createConfig({
        env: {
          HTTPS_PROXY: 'http://proxy:3128',
          ARENA_BACKEND_URL: 'http://elsewhere',
        },
        caData: 'PEM',
      }),
    );
    expect(variables(job)).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128',
      ARENA_BACKEND_URL: 'https://portal.example.com/api/arena/worker/v1',
      NODE_EXTRA_CA_CERTS: '/etc/arena/ca/ca.crt',
    });
    expect(job.spec.template.spec.volumes).toContainEqual({
      name: 'ca',
      secret: {
        secretName: 'nightly-worker',
        items: [{ key: 'ca.crt', path: 'ca.crt' }],
      },
    });
  });

  it('is named within the limits, differently for ArenaJobs of one long name', () => {
    const jobName = `${'very-long-name.'.repeat(6)}x`;
    const names = ['uid-1', 'uid-2'].map(jobUid => {
      const { metadata } = workerJob(
        createSpec({ jobName, jobUid }),
        createConfig(),
      );
      for (const label of Object.values(metadata.labels)) {
        expect(label).toMatch(
          /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
        );
      }
      return metadata.name;
    });
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) {
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?-worker$/);
      expect(name.length).toBeLessThanOrEqual(63);
    }
  });
});

describe('finalizeJob', () => {
  it('alone has the claim and what writing to the output takes', () => {
    const spec = createSpec({
      finalizing: true,
      output: { type: 'pvc', pvc: { claimName: 'results', subPath: 'a' } },
      credentials: { ARENA_CREDENTIAL_1: { value: async () => 'sk-1' } },
      outputCredentials: { ARENA_CREDENTIAL_O: { value: async () => 'sk-2' } },
    });
    const job = finalizeJob(spec, createConfig());
    expect(job.metadata.name).toBe('nightly-finalize');
    expect(job.spec).toMatchObject({ parallelism: 1, completions: 1 });
    expect(variables(job)).toMatchObject({
      ARENA_WORKER_ROLE: 'finalize',
      ARENA_OUTPUT_DIR: '/arena-output',
      ARENA_CREDENTIAL_O: {
        secretKeyRef: { name: 'nightly-worker', key: 'ARENA_CREDENTIAL_O' },
      },
    });
    expect(variables(job)).not.toHaveProperty('ARENA_CREDENTIAL_1');
    const claim = { persistentVolumeClaim: { claimName: 'results' } };
    expect(job.spec.template.spec.volumes).toContainEqual({
      name: 'output',
      ...claim,
    });
    expect(JSON.stringify(workerJob(spec, createConfig()))).not.toContain(
      'persistentVolumeClaim',
    );
  });
});

describe('runSecret', () => {
  it('belongs to the ArenaJob, not to the Job of its workers', () => {
    const secret = runSecret(createSpec(), { token: 'the-token' });
    expect(secret.metadata).toMatchObject({
      name: 'nightly-worker',
      ownerReferences: [{ kind: 'ArenaJob', uid: 'uid-1' }],
    });
    expect(Buffer.from(secret.data.token, 'base64').toString()).toBe(
      'the-token',
    );
  });
});
