import {
  Cluster,
  MockLlm,
  MockLlmReply,
  startMockLlm,
} from '@backstage-arena/arena-devcluster';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { V1Job } from '@kubernetes/client-node';
import { join } from 'node:path';
import { writeSlowBundle } from '../../__testUtils__/slowBundle';
import { waitUntil } from '../__testUtils__/waitUntil';
import { useClusterPortal } from './__testUtils__/useClusterPortal';

jest.setTimeout(180_000);

const MiB = 1024 * 1024;

/** How many answers of 30 MiB the first worker asks for at a time: more than fit into its memory. */
const GREEDY = 16;
const GREEDY_ITEMS = 200;

const progressOf = (job: ArenaJob) => job.status?.progress;
const resultsIn = (job: ArenaJob) => (progressOf(job)?.completed ?? 0) > 0;

/** Jobs as somebody lives with them who knows kubectl only, through all that happens to pods. */
describe('a job of a cluster', () => {
  const models: Record<string, MockLlm> = {};
  const portal = useClusterPortal({
    prefix: 'life',
    worker: {
      resources: {
        requests: { cpu: '10m', memory: '64Mi' },
        limits: { memory: '384Mi' },
      },
    },
    async bundles(folder, { hostAddress }) {
      const answer = (name: string) => (): MockLlmReply => {
        const text = 'pong';
        if (name !== 'greedy' || models.greedy.calls.length > GREEDY) {
          return { text };
        }
        // The last bytes never come: the worker has to keep what it has.
        return {
          raw: Buffer.alloc(30 * MiB, ' '),
          headers: { 'content-length': String(31 * MiB) },
        };
      };
      for (const name of ['steady', 'endless', 'greedy']) {
        models[name] = await startMockLlm({
          host: hostAddress,
          latencyMs: name === 'greedy' ? 0 : 250,
          reply: answer(name),
        });
        portal.cleanups.push(() => models[name].stop());
        writeSlowBundle(join(folder, name), {
          url: models[name].url,
          concurrency: name === 'greedy' ? GREEDY : 4,
        });
      }
    },
  });
  const { cluster, finish, waitForJob, names } = portal;

  function kubectl(
    args: string[],
    options?: Parameters<Cluster['kubectl']>[1],
  ): Promise<string> {
    return cluster.kubectl([...args, '-n', portal.namespace], options);
  }

  beforeAll(async () => {
    for (const path of ['steady', 'endless', 'greedy']) {
      await portal.create('ArenaSource', path, {
        type: 'workspace',
        workspace: { path },
      });
    }
    // It takes its time to fail and to be started anew.
    await portal.create('ArenaJob', 'greedy', {
      sourceRef: { name: 'greedy' },
      trials: GREEDY_ITEMS,
    });
  });

  /** What belongs to a job in its namespace. */
  async function remainsOf(job: string): Promise<string[]> {
    const label = `omnia.altairalabs.ai/job=${job}`;
    const kinds = ['jobs', 'pods', 'secrets'];
    const found = await Promise.all(
      kinds.map(async kind => {
        const all = await names(kind, kind === 'secrets' ? '' : label);
        return all
          .filter(name => name.startsWith(`${job}-`))
          .map(name => `${kind}/${name}`);
      }),
    );
    return found.flat();
  }

  async function activePods(job: string): Promise<string[]> {
    const output = await kubectl([
      ...['get', 'pods', '-o', 'name'],
      ...['-l', `omnia.altairalabs.ai/job=${job}`],
      ...['--field-selector', 'status.phase!=Succeeded,status.phase!=Failed'],
    ]);
    return output.split('\n').filter(Boolean);
  }

  it('ends as it should, whatever happens to its manifest and its pods meanwhile', async () => {
    const total = 300;
    const spec = {
      sourceRef: { name: 'steady' },
      trials: total,
      workers: { replicas: 2 },
    };
    await portal.create('ArenaJob', 'steady', spec);
    const waiting = kubectl([
      ...['wait', 'aj/steady', '--for=condition=Ready', '--timeout=120s'],
    ]);
    const running = await waitForJob('steady', resultsIn);
    expect(running.status?.phase).toBe('Running');

    // A GitOps controller applies what it has in its repository, and more.
    await kubectl(
      [
        ...['apply', '--server-side', '--force-conflicts'],
        ...['--field-manager=gitops', '-f', '-'],
      ],
      {
        input: JSON.stringify({
          apiVersion: running.apiVersion,
          kind: running.kind,
          metadata: {
            name: 'steady',
            labels: { team: 'support' },
            annotations: { 'example.com/revision': '7' },
          },
          spec,
        }),
      },
    );
    await expect(
      kubectl([
        ...['patch', 'aj', 'steady', '--type=merge'],
        ...['-p', '{"spec":{"trials":3}}'],
      ]),
    ).rejects.toThrow(
      'spec.trials: Forbidden: cannot be changed once the job has a run; create another ArenaJob to run something else',
    );
    expect(await kubectl(['get', 'aj', 'steady'])).toMatch(
      /steady +steady +evaluation +Running +\d+ +0 +300/,
    );

    // One worker is asked to go, the other is killed.
    const pods = await names('pods', 'omnia.altairalabs.ai/job=steady');
    expect(pods).toHaveLength(2);
    await kubectl(['delete', 'pod', pods[0], '--wait=false']);
    await kubectl(['delete', 'pod', pods[1], '--grace-period=0', '--force']);

    const job = await finish('steady', 120_000);
    expect(progressOf(job)).toEqual({
      total,
      completed: total,
      failed: 0,
      pending: 0,
    });
    expect(job.metadata).toMatchObject({
      uid: running.metadata.uid,
      labels: { team: 'support' },
      annotations: { 'example.com/revision': '7' },
    });
    expect(job.status?.run).toEqual(running.status?.run);
    expect(await waiting).toContain('condition met');
    // The killed worker may have paid for what it could not report: at most what it had in hand.
    expect(models.steady.calls.length).toBeGreaterThanOrEqual(total);
    expect(models.steady.calls.length).toBeLessThanOrEqual(total + 4);
    const { counters } = await portal.runOf(job);
    expect(counters).toMatchObject({ total, passed: total, pending: 0 });

    const told = await kubectl(['describe', 'aj', 'steady']);
    expect(told).toMatch(/Normal +JobCreated .* with 300 items was created/);
    expect(told).toMatch(/Normal +JobSucceeded .*300 of 300 items passed/);
    // One Job for the items and one for the reports, whose pods have ended; no Secret.
    const pod = /^pods\/steady-(worker|finalize)-/;
    const remains = await remainsOf('steady');
    expect(remains.filter(name => !pod.test(name))).toEqual([
      'jobs/steady-finalize',
      'jobs/steady-worker',
    ]);
    await waitUntil(
      'the end of the pods',
      async () => (await activePods('steady')).length === 0,
    );
  });

  it('ends as it should when a worker runs out of memory', async () => {
    const total = GREEDY_ITEMS;
    const job = await finish('greedy', 120_000);
    expect(progressOf(job)).toEqual({
      total,
      completed: total,
      failed: 0,
      pending: 0,
    });
    expect(await kubectl(['describe', 'aj', 'greedy'])).toMatch(
      /Warning +OOMKilled .*more memory than its limit/,
    );
    // What the killed worker had in hand was paid for twice, and nothing else.
    expect(models.greedy.calls).toHaveLength(total + GREEDY);
  });

  async function cancel(name: string): Promise<void> {
    await kubectl([
      ...['patch', 'aj', name, '--type=merge'],
      ...['-p', '{"spec":{"cancelled":true}}'],
    ]);
    const job = await waitForJob(
      name,
      ({ status }) => status?.phase === 'Cancelled',
    );
    await waitUntil(
      'the reports of what had been done',
      async () => {
        const { reports } = await portal.runOf(job);
        return reports.some(report => report.name === 'results.json');
      },
      60_000,
    );
  }

  it.each<[string, (name: string) => Promise<unknown>]>([
    ['cancelled', cancel],
    ['deleted', name => kubectl(['delete', 'aj', name])],
  ])('leaves nothing that works when it is %s', async (name, end) => {
    await portal.create('ArenaJob', name, {
      sourceRef: { name: 'endless' },
      trials: 10_000,
      workers: { replicas: 2 },
      ttlSecondsAfterFinished: 5,
    });
    const running = await waitForJob(name, resultsIn);
    expect(await remainsOf(name)).toContain(`secrets/${name}-worker`);
    await end(name);

    await waitUntil(
      'the end of the object, as nobody needs it any more',
      async () => (await portal.readJob(name)) === undefined,
      60_000,
    );
    await waitUntil(
      'the end of all that belonged to it',
      async () => (await remainsOf(name)).length === 0,
      60_000,
    );
    expect(models.endless.inFlight()).toBe(0);
    const { length: paid } = models.endless.calls;

    const run = await portal.runOf(running);
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Cancelled' });
    const { passed, pending, total } = run.counters;
    expect(passed).toBeGreaterThan(0);
    expect(passed + pending).toBe(total);
    const { items } = await portal.portal.call(
      'GET',
      `${portal.portal.base}/runs/${run.id}/items?limit=1`,
    );
    expect(items).toMatchObject([{ status: 'passed', hasTranscript: true }]);
    expect(models.endless.calls).toHaveLength(paid);
  });

  it('takes nothing over from a namesake that was just deleted', async () => {
    await portal.create('ArenaJob', 'namesake', {
      sourceRef: { name: 'endless' },
      trials: 10_000,
    });
    const first = await waitForJob('namesake', resultsIn);
    await kubectl(['delete', 'aj', 'namesake']);
    await portal.create('ArenaJob', 'namesake', {
      sourceRef: { name: 'steady' },
      trials: 3,
    });
    const second = await finish('namesake');
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    expect(progressOf(second)).toMatchObject({ total: 3, completed: 3 });
    expect((await portal.runOf(first)).outcome).toBe('Cancelled');
    const { metadata } = await portal.get<V1Job>(
      ...['job', 'namesake-worker', '-n', portal.namespace],
    );
    expect(metadata?.ownerReferences).toMatchObject([
      { kind: 'ArenaJob', uid: second.metadata.uid },
    ]);
  });
});
