import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SlowModel,
  startSlowModel,
  writeSlowBundle,
} from './__testUtils__/slowBundle';
import {
  finished,
  startPortal,
  TestPortal,
  workerPids,
} from './__testUtils__/startPortal';

jest.setTimeout(240_000);

const API = 'omnia.altairalabs.ai/v1alpha1';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, ms = 30_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('Waited in vain');
    await new Promise(done => setTimeout(done, 20));
  }
}

const conditionOf = (job: any, type: string) =>
  job.status?.conditions?.find((c: any) => c.type === type);

describe('the arena backend under attack', () => {
  let folder: string;
  let workspaceRoot: string;
  let model: SlowModel;
  let portal: TestPortal;

  const start = () =>
    startPortal(folder, {
      workspaceRoot,
      arena: {
        queue: { leaseTtl: '3s', heartbeatInterval: '1s' },
        // Every worker that is there belongs to a run.
        workers: { spare: 0 },
      },
    });

  const createSource = (name: string, path = 'slow') =>
    portal.call('POST', `${portal.objects}/arenasources`, {
      apiVersion: API,
      kind: 'ArenaSource',
      metadata: { name },
      spec: { type: 'workspace', workspace: { path }, interval: '1s' },
    });

  const createJob = (name: string, spec: object, metadata: object = {}) =>
    portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion: API,
      kind: 'ArenaJob',
      metadata: { name, ...metadata },
      spec: { sourceRef: { name: 'slow' }, ...spec },
    });

  const waitForItems = (name: string, count: number) =>
    portal.waitFor('arenajobs', name, job => {
      if (finished(job)) throw new Error(`${name} was too fast for the test`);
      return job.status?.progress?.completed >= count;
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-recovery-'));
    workspaceRoot = join(folder, 'bundles');
    model = await startSlowModel(40);
    mkdirSync(workspaceRoot);
    writeSlowBundle(join(workspaceRoot, 'slow'), { url: model.url });
    portal = await start();
  });

  afterAll(async () => {
    await portal?.stop();
    await model?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('waits for a source that is missing, says so, and starts when it comes', async () => {
    await createJob('early', { trials: 2 });
    const waiting = await portal.waitFor('arenajobs', 'early', job =>
      Boolean(conditionOf(job, 'Ready')?.reason.startsWith('Source')),
    );
    expect(waiting.status.phase).toBe('Pending');
    expect(conditionOf(waiting, 'Ready').message).toBe(
      'Neither an ArenaSource nor an ArenaConfig of the name slow exists in namespace default',
    );
    await createSource('slow');
    const job = await portal.waitFor('arenajobs', 'early', finished);
    expect(job.status.phase).toBe('Succeeded');
    expect(job.status.progress.total).toBe(2);
  });

  it('waits for a provider and its secret', async () => {
    await createJob('provider', {
      providers: { default: [{ providerRef: { name: 'late' } }] },
    });
    const missing = await portal.waitFor(
      'arenajobs',
      'provider',
      job => conditionOf(job, 'JobCreated')?.reason === 'ProviderNotFound',
    );
    expect(conditionOf(missing, 'ConfigValid').status).toBe('True');
    await portal.call('POST', `${portal.objects}/providers`, {
      apiVersion: API,
      kind: 'Provider',
      metadata: { name: 'late' },
      spec: {
        type: 'openai',
        model: 'slow',
        baseURL: model.url,
        credential: { secretRef: { name: 'nowhere' } },
      },
    });
    const noSecret = await portal.waitFor(
      'arenajobs',
      'provider',
      job => conditionOf(job, 'JobCreated')?.reason === 'SecretNotFound',
    );
    expect(noSecret.status.phase).toBe('Pending');
    const provider = await portal.waitFor(
      'providers',
      'late',
      object => object.status?.phase === 'Error',
    );
    expect(conditionOf(provider, 'SecretFound').reason).toBe('SecretNotFound');
    await portal.call('PUT', `${portal.objects}/providers/late`, {
      apiVersion: API,
      kind: 'Provider',
      metadata: { name: 'late' },
      spec: { type: 'openai', model: 'slow', baseURL: model.url },
    });
    const job = await portal.waitFor('arenajobs', 'provider', finished);
    expect(job.status.phase).toBe('Succeeded');
    const run = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(run.pins.providers.map((p: any) => p.id)).toEqual(['late']);
  });

  it('holds back what may cost more than it is to', async () => {
    await createJob('costly', { evaluation: { budgetLimit: '1.00' } });
    const job = await portal.waitFor(
      'arenajobs',
      'costly',
      current => conditionOf(current, 'Ready')?.reason === 'NoPrice',
    );
    expect(job.status.phase).toBe('Pending');
    expect(conditionOf(job, 'Ready').message).toMatch(
      /^Provider "slow-model" cannot be used within a budget: it has no prices/,
    );
  });

  it('never makes an empty filter green', async () => {
    await createJob('nothing', { scenarios: { include: ['no-such-*'] } });
    const job = await portal.waitFor(
      'arenajobs',
      'nothing',
      current => conditionOf(current, 'ConfigValid')?.status === 'False',
    );
    expect(job.status.phase).toBe('Pending');
    expect(conditionOf(job, 'ConfigValid').reason).toBe('NoScenarios');
  });

  it('survives workers that are killed, and counts each item once', async () => {
    const before = model.calls();
    await createJob('killed', { trials: 400, workers: { replicas: 2 } });
    await waitForItems('killed', 20);
    const victims = workerPids();
    expect(victims).toHaveLength(2);
    process.kill(victims[0], 'SIGKILL');
    await waitForItems('killed', 60);
    workerPids().forEach(pid => process.kill(pid, 'SIGKILL'));
    const job = await portal.waitFor('arenajobs', 'killed', finished, 120_000);
    expect(job.status.phase).toBe('Succeeded');
    expect(job.status.progress).toEqual({
      total: 400,
      completed: 400,
      failed: 0,
      pending: 0,
    });
    // Three workers were killed, each with at most `concurrency` items that it had not reported.
    expect(model.calls() - before).toBeLessThanOrEqual(400 + 3 * 4);
    const events = JSON.stringify(
      await portal.call('GET', `${portal.objects}/arenajobs/killed/events`),
    );
    expect(events).toContain('was ended by SIGKILL');
  });

  it('does not care about a source that changes during the run', async () => {
    await createJob('pinned', { trials: 200 });
    await waitForItems('pinned', 10);
    const running = await portal.call(
      'GET',
      `${portal.objects}/arenajobs/pinned`,
    );
    writeSlowBundle(join(workspaceRoot, 'slow'), {
      url: model.url,
      expected: 'something else',
    });
    const { digest } = (
      await portal.call('GET', `${portal.base}/runs/${running.status.run.id}`)
    ).pins.source;
    await portal.waitFor(
      'arenasources',
      'slow',
      source => source.status.artifact.digest !== digest,
    );
    const job = await portal.waitFor('arenajobs', 'pinned', finished);
    expect(job.status.phase).toBe('Succeeded');

    await createJob('after', { trials: 3 });
    const after = await portal.waitFor('arenajobs', 'after', finished);
    expect(after.status.phase).toBe('Failed');
    expect(conditionOf(after, 'Progressing').reason).toBe('TestsFailed');
    writeSlowBundle(join(workspaceRoot, 'slow'), { url: model.url });

    await createJob(
      'again',
      {},
      {
        annotations: {
          'arena.backstage.io/rerun-of': after.status.run.id,
          'arena.backstage.io/rerun-items': 'failed',
        },
      },
    );
    const again = await portal.waitFor('arenajobs', 'again', finished);
    // The same pins: it fails as the first one did, although the source was repaired.
    expect(again.status.phase).toBe('Failed');
    expect(again.status.progress.total).toBe(3);
    await portal.waitFor(
      'arenasources',
      'slow',
      source => source.status.artifact.digest === digest,
    );
  });

  it('cancels a run, reports what was done, and stops its workers', async () => {
    await createJob('cancelled', { trials: 2_000 });
    await waitForItems('cancelled', 10);
    await portal.call('POST', `${portal.objects}/arenajobs/cancelled/cancel`);
    const job = await portal.waitFor('arenajobs', 'cancelled', finished, 5_000);
    expect(job.status.phase).toBe('Cancelled');
    const { total, completed, failed, pending } = job.status.progress;
    expect(total).toBe(2_000);
    expect(pending).toBeGreaterThan(0);
    expect(completed + failed + pending).toBe(total);
    await portal.waitFor(
      'arenajobs',
      'cancelled',
      current => !current.metadata.finalizers?.length,
    );
    expect(workerPids()).toEqual([]);
    const calls = model.calls();
    await new Promise(done => setTimeout(done, 500));
    expect(model.calls()).toBe(calls);

    const run = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Cancelled' });
    expect(run.reports.length).toBeGreaterThan(0);
    expect(run.counters.passed).toBe(completed);
  });

  it('deletes a job in the middle of its run, and starts clean under the same name', async () => {
    await createJob('phoenix', { trials: 2_000, workers: { replicas: 2 } });
    const first = await waitForItems('phoenix', 10);
    const pids = workerPids();
    expect(pids.length).toBeGreaterThan(0);
    await portal.call('DELETE', `${portal.objects}/arenajobs/phoenix`);
    await until(() => !pids.some(isAlive));

    let created: any;
    for (let tries = 0; !created && tries < 100; tries += 1) {
      created = await createJob('phoenix', { trials: 3 }).catch(
        () => new Promise(done => setTimeout(done, 50)),
      );
    }
    const second = await portal.waitFor('arenajobs', 'phoenix', finished);
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
    expect(second.status.phase).toBe('Succeeded');
    expect(second.status.progress.total).toBe(3);
    const run = await portal.call(
      'GET',
      `${portal.base}/runs/${first.status.run.id}`,
    );
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Cancelled' });
    expect(run.counters.passed).toBeGreaterThanOrEqual(10);
  });

  it('continues a run after a restart of the backend', async () => {
    await createJob('restarted', { trials: 400, workers: { replicas: 2 } });
    const before = await waitForItems('restarted', 20);
    const pids = workerPids();
    await portal.stop();
    expect(pids.some(isAlive)).toBe(false);
    portal = await start();
    const job = await portal.waitFor(
      'arenajobs',
      'restarted',
      finished,
      120_000,
    );
    expect(job.status.phase).toBe('Succeeded');
    expect(job.status.run).toEqual(before.status.run);
    expect(job.status.startTime).toBe(before.status.startTime);
    expect(job.status.progress).toEqual({
      total: 400,
      completed: 400,
      failed: 0,
      pending: 0,
    });
  });
});
