import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { KubeClient } from '../client/KubeClient';
import {
  RESTRICTED,
  running,
  useLaunchers,
} from './__testUtils__/useLaunchers';

jest.setTimeout(120_000);

interface PodList {
  items: Array<{
    metadata: {
      name: string;
      labels: Record<string, string>;
      deletionTimestamp?: string;
    };
    status: { phase: string };
  }>;
}

interface JobObject {
  metadata: { name: string; uid: string };
  spec: { parallelism: number; suspend?: boolean };
}

describe('KubernetesLauncher', () => {
  const {
    cluster,
    images,
    createNamespace,
    apply,
    get,
    createLauncher,
    createSpec,
    until,
  } = useLaunchers();

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

    // What is as it should be costs no request, however often it is looked at.
    const request = jest.spyOn(KubeClient.prototype, 'request');
    for (let look = 0; look < 10; look += 1) await launcher.ensure(spec);
    expect(request).not.toHaveBeenCalled();
    request.mockRestore();

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
    /** Those of the Job before may be on their way out for a while. */
    const staying = async () =>
      (await podsOf(spec))
        .filter(({ metadata }) => !metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name);
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
    const names = await staying();
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
    expect(await staying()).toEqual(names);

    // Up and down; who goes drains, and is no failure.
    await until(next, { ...spec, replicas: 4 }, running(4));
    const down = await until(next, { ...spec, replicas: 1 }, running(1));
    expect(down.trouble).toBeUndefined();

    // So does one that has started nothing here, as after a restart: it knows how they are, and ends them.
    const restarted = createLauncher();
    expect(running(1)(await restarted.status(spec))).toBe(true);
    await restarted.stop(spec);
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

  it('copies what pods cannot refer to, keeps the copy true, and makes the Secret again when it is lost', async () => {
    const namespace = await createNamespace('secrets', RESTRICTED);
    let key: string | undefined = 'sk-first';
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

    // One that is withdrawn goes, also when another controller made the copy.
    const next = createLauncher();
    const other = { value: async () => 'other' };
    const { ARENA_CREDENTIAL_1 } = spec.credentials;
    const credentials = { ARENA_CREDENTIAL_1, ARENA_CREDENTIAL_2: other };
    await next.ensure({ ...spec, credentials });
    expect(Object.keys(await read())).toHaveLength(3);
    key = undefined;
    // By one that has started nothing, as after a restart.
    await createLauncher().withdraw({ ...spec, credentials });
    expect(await read()).toEqual({
      token: 'token-of-the-run',
      ARENA_CREDENTIAL_2: 'other',
    });
    key = 'sk-again';
    await launcher.release(spec.runId);
    await launcher.ensure(spec);
    expect(await read()).toEqual({
      token: 'token-of-the-run',
      ARENA_CREDENTIAL_1: 'sk-again',
    });

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

    // Who could not delete it finds it when asked again, also when there is no Job any more that leads there.
    const send = KubeClient.prototype.request;
    const request = jest
      .spyOn(KubeClient.prototype, 'request')
      .mockImplementation(async function failing(this: KubeClient, options) {
        if (options.method === 'DELETE') throw new Error('The network is down');
        return send.call(this, options);
      });
    await cluster.kubectl(['delete', 'job', name, '-n', namespace]);
    await expect(launcher.stop(spec)).rejects.toThrow('network is down');
    request.mockRestore();
    expect(await read()).toHaveProperty('token');
    await launcher.stop(spec);
    // Nothing is made to be taken away.
    await launcher.withdraw(spec);
    expect(
      await cluster.kubectl(['get', 'secrets', '-n', namespace, '-o', 'name']),
    ).toBe('');
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
    await launcher.stop(spec);
  });
});
