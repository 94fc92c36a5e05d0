import { MockLlm } from '@backstage-arena/arena-devcluster';
import { ArenaJob, Run } from '@backstage-arena/plugin-arena-common';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  finished,
  startPortal,
  TestPortal,
  workerPids,
} from '../__testUtils__/startPortal';
import {
  chargedBy,
  startPricedModel,
  writePricedBundle,
} from './__testUtils__/pricedBundle';

jest.setTimeout(120_000);

const apiVersion = 'omnia.altairalabs.ai/v1alpha1';

const conditionOf = (job: ArenaJob, type: string) =>
  job.status?.conditions?.find(condition => condition.type === type);

describe('budgets of evaluations', () => {
  let folder: string;
  let portal: TestPortal;
  let model: MockLlm;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-budgets-'));
    portal = await startPortal(folder, {
      workspaceRoot: folder,
      arena: {
        queue: { leaseTtl: '2s', heartbeatInterval: '500ms' },
        workers: { spare: 0 },
      },
    });
  });

  afterEach(async () => {
    await model?.stop();
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a job with a model and a source of its own. */
  async function start(
    name: string,
    spec: object,
    options: { latencyMs?: number; judgeHasPrice?: boolean } = {},
  ): Promise<void> {
    model = await startPricedModel(options.latencyMs ?? 2);
    writePricedBundle(join(folder, name), {
      url: model.url,
      concurrency: 4,
      judgeHasPrice: options.judgeHasPrice,
    });
    const metadata = { name, namespace: 'default' };
    await portal.call('POST', `${portal.objects}/arenasources`, {
      apiVersion,
      kind: 'ArenaSource',
      metadata,
      spec: { type: 'workspace', workspace: { path: name }, interval: '1h' },
    });
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion,
      kind: 'ArenaJob',
      metadata,
      spec: { sourceRef: { name }, type: 'evaluation', ...spec },
    });
  }

  const end = (name: string): Promise<ArenaJob> =>
    portal.waitFor('arenajobs', name, finished);

  const runOf = (job: ArenaJob): Promise<Run> =>
    portal.call('GET', `${portal.base}/runs/${job.status?.run?.id}`);

  it('are not exceeded when a worker is killed, end the run, and leave the rest undone', async () => {
    await start(
      'killed',
      {
        trials: 60,
        workers: { replicas: 2 },
        evaluation: { budgetLimit: '12.00' },
      },
      // A conversation takes as long as several looks at the job.
      { latencyMs: 60 },
    );
    await portal.waitFor('arenajobs', 'killed', job => {
      if (finished(job)) throw new Error('It was too fast for the test');
      return job.status?.progress?.completed >= 4;
    });
    const [victim] = workerPids();
    expect(victim).toBeDefined();
    process.kill(victim, 'SIGKILL');
    const job = await end('killed');
    const run = await runOf(job);
    expect(chargedBy(model)).toBeLessThanOrEqual(12);
    expect(chargedBy(model)).toBeGreaterThan(3);
    expect(run.counters.cost).toBeLessThanOrEqual(chargedBy(model) + 1e-9);
    expect(run.budget!.granted).toBeGreaterThanOrEqual(chargedBy(model) - 1e-9);
    expect(run.budget!.granted).toBeLessThanOrEqual(12);
    const { counters } = run;
    expect(counters.passed).toBeGreaterThan(2);
    expect(counters.failed).toBe(0);
    expect(counters.errored).toBeGreaterThan(0);
    expect(counters.pending).toBeGreaterThan(3);
    expect(run.budget).toMatchObject({ limit: 12, exhausted: true });
    expect(job.status).toMatchObject({
      phase: 'Failed',
      progress: { total: 60, completed: counters.passed },
      result: { summary: { endedBy: 'budget', budgetLimit: '12 USD' } },
    });
    const told = conditionOf(job, 'Progressing');
    expect(told?.reason).toBe('BudgetExhausted');
    expect(told?.message).toContain(`${counters.pending} were not begun`);
    expect(told?.message).toContain(
      `results have cost ${counters.cost.toFixed(
        4,
      )}, and workers were given ${run.budget!.granted.toFixed(4)}`,
    );
    const { items } = await portal.call(
      'GET',
      `${portal.base}/runs/${run.id}/items?status=errored`,
    );
    expect(items).toHaveLength(counters.errored);
    for (const { error } of items) {
      expect(error).toMatchObject({ class: 'budget', retryable: false });
    }
    expect(run.reports.map(({ name }) => name)).toContain('results.json');
  });

  it('need a price for everything, also for judges', async () => {
    await start(
      'unpriced',
      { evaluation: { budgetLimit: '1.00' } },
      { judgeHasPrice: false },
    );
    const job: ArenaJob = await portal.waitFor(
      'arenajobs',
      'unpriced',
      current => conditionOf(current, 'ConfigValid')?.reason === 'NoPrice',
    );
    expect(job.status?.phase).toBe('Pending');
    expect(conditionOf(job, 'ConfigValid')?.message).toMatch(
      /^Provider "judge" cannot be used within a budget: it has no prices/,
    );
    await sleep(50);
    expect(model.calls).toHaveLength(0);
  });

  it('are spent exactly when they suffice, in rounds and with the sides exchanged by an ArenaConfig', async () => {
    model = await startPricedModel(1);
    writePricedBundle(join(folder, 'sides'), {
      url: model.url,
      concurrency: 4,
    });
    const metadata = { name: 'sides', namespace: 'default' };
    await portal.call('POST', `${portal.objects}/arenasources`, {
      apiVersion,
      kind: 'ArenaSource',
      metadata,
      spec: { type: 'workspace', workspace: { path: 'sides' }, interval: '1h' },
    });
    await portal.call('POST', `${portal.objects}/arenaconfigs`, {
      apiVersion,
      kind: 'ArenaConfig',
      metadata: { name: 'rounds', namespace: 'default' },
      spec: {
        sourceRef: { name: 'sides' },
        selfPlay: { enabled: true, rounds: 3, swapRoles: true },
      },
    });
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion,
      kind: 'ArenaJob',
      metadata,
      spec: {
        sourceRef: { name: 'rounds' },
        type: 'evaluation',
        evaluation: { budgetLimit: '1000', budgetCurrency: 'EUR' },
      },
    });
    const job = await end('sides');
    expect(job.status).toMatchObject({ phase: 'Succeeded' });
    const run = await runOf(job);
    expect(run.counters).toMatchObject({ passed: 2, pending: 0 });
    // Three rounds of each conversation: a turn of the user, a reply, and what the judge says of it.
    expect(model.calls).toHaveLength(2 * 3 * 3);
    expect(run.counters.cost).toBeCloseTo(chargedBy(model), 9);
    expect(run.budget).toMatchObject({
      limit: 1000,
      currency: 'EUR',
      exhausted: false,
    });
    expect(run.budget!.granted).toBeGreaterThanOrEqual(run.counters.cost);
    expect(job.status?.result?.summary).toMatchObject({
      budgetLimit: '1000 EUR',
      totalCost: run.counters.cost.toFixed(4),
    });
    const { items } = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status?.run?.id}/items`,
    );
    expect(
      items.map(({ provider, turns }: { provider: string; turns: number }) => [
        provider,
        turns,
      ]),
    ).toEqual([
      ['model', 3],
      ['guest (user: model)', 3],
    ]);
    const { messages } = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status?.run?.id}/items/1/transcript`,
    );
    expect(
      messages
        .filter(({ role }: { role: string }) => role !== 'system')
        .map(({ role, content }: { role: string; content: string }) => [
          role,
          content,
        ])
        .slice(0, 2),
    ).toEqual([
      ['user', 'I am the model, and say so.'],
      ['assistant', 'I am the guest, and say so.'],
    ]);
  });
});
