import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MockLlmOptions,
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import { loadBundle } from '@backstage-arena/arena-engine';
import { cellAt } from '@backstage-arena/plugin-arena-common';
import {
  ArrivalMix,
  LoadProfile,
  loadProfileSchema,
  LoadReportBatch,
  scheduleOf,
} from '@backstage-arena/plugin-arena-common/load';
import {
  FakeBackend,
  FakeBackendOptions,
} from '../../__testUtils__/FakeBackend';
import { FakeLoad, FakeLoadOptions } from '../../__testUtils__/FakeLoad';
import { digestOf, packFolder } from '../../__testUtils__/packBundle';
import { RunningArena, spawnArena } from '../../__testUtils__/spawnArena';

jest.setTimeout(90_000);

/** Two processes of a machine may differ by so much in what time it is, and half a round trip. */
const CLOCKS_MS = 50;

const hold = (rate: number, durationMs: number) => ({
  durationMs,
  from: rate,
  to: rate,
});

interface Given extends Partial<Omit<FakeLoadOptions, 'profile'>> {
  profile?: Partial<LoadProfile>;
  server?: Omit<MockLlmOptions, 'answer' | 'reply'>;
  provider?: Record<string, unknown>;
  interfere?: FakeBackendOptions['interfere'];
}

describe('arena worker in a load test', () => {
  const cleanups: Array<() => unknown> = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(given: Given = {}) {
    const { expected = 1, interfere } = given;
    const profile = loadProfileSchema.parse({
      mode: 'open',
      stages: [hold(40, 4_000)],
      arrivals: 'constant',
      seed: 1,
      warmUpMs: 0,
      gracefulStopMs: 5_000,
      vusPerWorker: 1,
      maxInFlight: 2_000,
      exceedRateLimits: false,
      mix: [],
      slo: {},
      sampleRate: 1,
      thresholds: [],
      budgetCurrency: 'USD',
      ...given.profile,
    });
    const total = profile.mode === 'open' ? scheduleOf(profile).total : 10;
    const model = await startMockLlmProcess(given.server);
    cleanups.push(() => model.stop());
    const folder = mkdtempSync(join(tmpdir(), 'worker-load-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(
      join(folder, 'config.arena.yaml'),
      JSON.stringify(bundleOf({ total, model, provider: given.provider })),
    );
    const content = await packFolder(folder);
    const plan = (await loadBundle(folder)).plan({});
    const load = new FakeLoad({ ...given, expected, profile });
    const backend = await FakeBackend.start({
      plan,
      bundle: content,
      load,
      interfere,
      pins: {
        source: {
          name: 'load',
          uid: 'u',
          revision: 'r',
          digest: digestOf(content),
        },
        arenaFile: 'config.arena.yaml',
        type: 'loadtest',
        load: profile,
        compat: false,
        outputFormats: [],
        concurrency: 4,
        workers: expected,
        itemTimeoutMs: 20_000,
        maxAttempts: 3,
        verbose: true,
        engineVersion: plan.engineVersion,
        planVersion: plan.version,
      },
    });
    cleanups.push(() => backend.stop());
    const worker = (id: string, env: Record<string, string> = {}) => {
      const running = spawnArena(['worker'], {
        ipc: true,
        env: {
          ...backend.env,
          OPENAI_API_KEY: 'sk-secret-key',
          ARENA_WORKER_ID: id,
          ...env,
        },
      });
      cleanups.push(() => running.child.kill('SIGKILL'));
      return running;
    };
    return { model, load, backend, worker, total, profile, plan };
  }

  /** Each arrival of the schedule plays a scenario of its own, which says its name. */
  function bundleOf(options: {
    total: number;
    model: MockLlmProcess;
    provider?: Record<string, unknown>;
  }) {
    const scenarios = Array.from({ length: options.total }, (_, n) => [
      `arrival-${n}`,
      {
        task_type: 'chat',
        description: `arrival ${n}`,
        turns: [{ role: 'user', content: `arrival-${n}` }],
      },
    ]);
    return {
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'load' },
      spec: {
        providers: [],
        defaults: {},
        prompt_specs: {
          chat: {
            task_type: 'chat',
            version: 'v1',
            description: 'Chat',
            system_template: 'You help.',
          },
        },
        provider_specs: {
          model: {
            type: 'openai',
            model: 'any',
            base_url: options.model.url,
            ...options.provider,
          },
        },
        scenario_specs: Object.fromEntries(scenarios),
      },
    };
  }

  async function until(
    condition: () => boolean | Promise<boolean>,
    what: string,
  ) {
    const end = Date.now() + 30_000;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`${what} did not happen`);
      await new Promise(done => setTimeout(done, 5));
    }
  }

  const codes = async (...workers: RunningArena[]) =>
    (await Promise.all(workers.map(({ exited }) => exited))).map(
      ({ code }) => code,
    );

  const namesOf = async (model: MockLlmProcess) =>
    (await model.calls()).map(({ user }) => user);

  it('sends every arrival once, whoever has it, and writes the report', async () => {
    const { model, load, worker, total, profile, plan, backend } = await start({
      expected: 2,
    });
    const exits = await codes(worker('a'), worker('b'));
    expect(exits).toEqual([0, 0]);

    const names = await namesOf(model);
    expect(new Set(names).size).toBe(names.length);
    const { sent, dropped, late } = countsOf(load.batches);
    expect(names).toHaveLength(sent);
    // On a crowded machine.
    expect(late).toBeLessThan(total / 4);
    expect([sent + late, dropped]).toEqual([total, late]);
    for (const { given } of load.processes.values()) {
      expect(given).toHaveLength(4);
    }
    // Both have the same start, which is that of the backend.
    const schedule = scheduleOf(profile);
    const mix = new ArrivalMix(plan);
    const numbers = new Map(
      Array.from({ length: total }, (_, n) => [
        cellAt(plan, mix.itemOf(n)).scenario.id,
        n,
      ]),
    );
    const delays = (await model.calls())
      .map(
        ({ user, receivedAt }) =>
          receivedAt -
          load.originAt! -
          schedule.timeOf(numbers.get(user) ?? NaN),
      )
      .sort((a, b) => a - b);
    expect(delays[0]).toBeGreaterThan(-CLOCKS_MS);
    expect(delays[Math.floor(delays.length / 2)]).toBeLessThan(300);
    for (const [second, count] of lastSeconds(load.batches)) {
      expect([second, count]).toEqual([expect.any(String), 1]);
    }

    expect([...backend.uploads.keys()].sort()).toEqual([
      'loadtest-series.csv',
      'loadtest-series.jsonl',
      'loadtest.html',
      'loadtest.json',
      'loadtest.prom',
      'manifest.json',
    ]);
    expect([...backend.uploads.keys()].at(-1)).toBe('manifest.json');
    expect(read(backend, 'manifest.json')).toMatchObject({
      type: 'loadtest',
      summary: {
        sent,
        completed: sent,
        succeeded: sent,
        dropped,
        lost: 0,
        verdict: expect.stringMatching(/^(valid|suspect|invalid)$/),
        passed: load.report.passed,
        cost: 0,
      },
    });
    expect(read(backend, 'loadtest.json')).toMatchObject({
      totals: { sent, expected: total },
    });
    expect(backend.finalized).toMatchObject({ ok: true });
  });

  it('sends nothing twice of what it is given again, and breaks off in no answer', async () => {
    const { model, load, worker, total } = await start({
      profile: { stages: [hold(40, 3_000)] },
      repeat: 3,
      interfere: (path, count) => {
        if (!path.startsWith('/load/')) return undefined;
        if (count % 3 === 0) return { cut: 'after' };
        return count % 5 === 0 ? { cut: 'middle' } : undefined;
      },
    });
    expect(await codes(worker('a'))).toEqual([0]);
    const names = await namesOf(model);
    const { sent, dropped } = countsOf(load.batches);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength(sent);
    expect(sent + dropped).toBe(total);
    // Reports whose answer was lost come again, and are counted once.
    expect(load.again).toBeGreaterThan(0);
  });

  it('follows changes beyond what is leased', async () => {
    const { model, load, worker } = await start({ expected: 2 });
    const workers = [worker('a'), worker('b')];
    await until(() => load.nowMs > 500, 'the start');
    load.change({ action: 'rate', atMs: load.horizonMs, target: 10 });
    expect(await codes(...workers)).toEqual([0, 0]);
    const names = await namesOf(model);
    const { sent, dropped } = countsOf(load.batches);
    const total = load.course.schedule?.total;
    expect(total).toBeLessThan(160);
    expect(new Set(names).size).toBe(names.length);
    expect([names.length, sent + dropped]).toEqual([sent, total]);
  });

  it('goes on as another when it was killed, and sends nothing again', async () => {
    const { model, load, worker } = await start({
      profile: { stages: [hold(20, 40_000)] },
    });
    const killed = worker('a');
    await until(() => load.nowMs > 2_500, 'some seconds');
    killed.child.kill('SIGKILL');
    await killed.exited;
    const before = (await namesOf(model)).length;
    expect(before).toBeGreaterThan(20);
    const another = worker('a');
    await until(
      async () => (await namesOf(model)).length > before + 20,
      'going on',
    );
    load.stopped = 'stopped';
    expect(await codes(another)).toEqual([0]);

    const names = await namesOf(model);
    expect(new Set(names).size).toBe(names.length);
    const [first, second] = [...load.processes.values()];
    expect(second.workerId).toBe(first.workerId);
    expect(second.instance).not.toBe(first.instance);
    // What the first did not tell of, the second does not tell of either.
    expect(countsOf(load.batches).sent).toBeLessThan(names.length);
    expect(lastSeconds(load.batches)).toEqual([['a', 1]]);
  });

  it('stops, drops what is leased for the reason given, and tells what ran', async () => {
    const { load, worker, backend } = await start({
      profile: { stages: [hold(40, 60_000)] },
      server: { latencyMs: 300 },
    });
    const running = worker('a');
    await until(() => load.nowMs > 1_500, 'some load');
    load.stopped = 'budget';
    expect(await codes(running)).toEqual([0]);
    const { sent, completed, succeeded, dropped } = countsOf(load.batches);
    expect([completed, succeeded]).toEqual([sent, sent]);
    expect(dropped).toBeGreaterThan(10);
    expect(load.report.totals.dropped.budget).toBe(dropped);
    expect(lastSeconds(load.batches)).toEqual([['a', 1]]);
    expect(backend.finalized).toMatchObject({ ok: true });
  });

  it('drains on SIGTERM: sends what is leased, tells it, exits with 143; the others take the rest', async () => {
    const { model, load, worker, total } = await start({
      expected: 2,
      profile: { stages: [hold(40, 6_000)] },
    });
    const [leaving, staying] = [worker('a'), worker('b')];
    await until(() => load.nowMs > 1_000, 'some load');
    leaving.child.kill('SIGTERM');
    expect(await codes(leaving, staying)).toEqual([143, 0]);
    const names = await namesOf(model);
    const { sent, dropped } = countsOf(load.batches);
    expect(new Set(names).size).toBe(names.length);
    expect([names.length, sent + dropped]).toEqual([sent, total]);
    const [a] = [...load.processes.values()].filter(
      ({ workerId }) => workerId === 'a',
    );
    expect(a.last).toMatchObject({
      draining: true,
      done: true,
      outstanding: 0,
    });
    expect(load.report.totals.lost).toBe(0);
  });

  it('obeys the command to drain', async () => {
    const { load, worker } = await start({
      profile: { stages: [hold(20, 60_000)] },
    });
    const running = worker('a');
    await until(() => load.nowMs > 500, 'some load');
    load.command = 'drain';
    expect(await codes(running)).toEqual([143]);
  });

  it('cancels what runs when draining takes too long, and tells it', async () => {
    const { load, worker } = await start({
      profile: { stages: [hold(20, 60_000)], gracefulStopMs: 60_000 },
      server: { latencyMs: 60_000 },
    });
    const running = worker('a', { ARENA_DRAIN_TIMEOUT_MS: '300' });
    await until(() => load.nowMs > 1_000, 'some load');
    running.child.kill('SIGTERM');
    expect(await codes(running)).toEqual([143]);
    const { sent, completed, succeeded } = countsOf(load.batches);
    expect(sent).toBeGreaterThan(10);
    expect([completed, succeeded]).toEqual([sent, 0]);
    expect(lastSeconds(load.batches)).toEqual([['a', 1]]);
  });

  it.each(['while the backend answers', 'while it is away'])(
    'leaves the barrier when it is told to, %s',
    async when => {
      let isAway = false;
      const { load, worker } = await start({
        expected: 2,
        interfere: () => (isAway ? { cut: 'before' } : undefined),
      });
      const running = worker('a');
      await until(() => load.processes.size > 0, 'asking');
      isAway = when === 'while it is away';
      running.child.kill('SIGTERM');
      expect(await codes(running)).toEqual([143]);
      expect(load.processes.size).toBe(1);
    },
  );

  it('loses no record while the backend is away', async () => {
    let isAway = false;
    const { model, load, worker } = await start({
      profile: { stages: [hold(40, 8_000)] },
      interfere: () => (isAway ? { cut: 'before' } : undefined),
    });
    const running = worker('a');
    await until(() => load.nowMs > 1_500, 'some load');
    isAway = true;
    await new Promise(done => setTimeout(done, 3_000));
    isAway = false;
    expect(await codes(running)).toEqual([0]);
    const names = await namesOf(model);
    const { sent, completed } = countsOf(load.batches);
    expect(new Set(names).size).toBe(names.length);
    expect([names.length, completed]).toEqual([sent, sent]);
    const seconds = load.batches.map(({ worker: { second } }) => second);
    expect(seconds).toEqual([...new Set(seconds)].sort((a, b) => a - b));
    expect(Math.max(...load.reportSizes)).toBeGreaterThan(1);
    // It had two seconds of work, and does some more after that.
    expect(sent).toBeGreaterThan(120);
  });

  it('never spends more than it was granted', async () => {
    const { model, load, worker, profile } = await start({
      expected: 2,
      profile: { stages: [hold(60, 20_000)], budgetLimit: 0.1 },
      server: { latencyMs: 200 },
      provider: {
        defaults: { max_tokens: 50 },
        pricing: { input_cost_per_1k: 0.01, output_cost_per_1k: 0.01 },
      },
    });
    expect(await codes(worker('a'), worker('b'))).toEqual([0, 0]);
    const calls = await model.calls();
    const { succeeded } = countsOf(load.batches);
    expect(calls).toHaveLength(succeeded);
    const { cost } = load.course.accumulator;
    expect(load.granted).toBeLessThanOrEqual(profile.budgetLimit! + 1e-9);
    expect(cost).toBeLessThanOrEqual(load.granted + 1e-9);
    expect(cost).toBeGreaterThan(0.7 * profile.budgetLimit!);
    for (const { last, granted } of load.processes.values()) {
      expect(last.budget!.spent).toBeLessThanOrEqual(granted + 1e-9);
    }
    expect(load.stopped).toBe('budget');
    // Until then there was enough.
    const firstSeconds = load.batches.filter(
      ({ worker: { second } }) => second < 2,
    );
    const first = countsOf(firstSeconds);
    expect(first.succeeded).toBeGreaterThan(0.9 * first.completed);
  });

  it('keeps its users busy in a closed loop', async () => {
    const { load, worker } = await start({
      expected: 2,
      profile: {
        mode: 'closed',
        stages: [hold(2, 2_000)],
        vusPerWorker: 3,
      },
      server: { latencyMs: 100 },
    });
    expect(await codes(worker('a'), worker('b'))).toEqual([0, 0]);
    const { sent, completed } = countsOf(load.batches);
    expect(completed).toBe(sent);
    expect(sent).toBeGreaterThan(60);
    expect(load.report.workers.map(({ inFlight }) => inFlight)).toEqual([6, 6]);
  });

  it.each(['the backend says so', 'reports are refused'])(
    'gives up what runs when the test is over: %s',
    async how => {
      let isRefused = false;
      const { load, worker, backend } = await start({
        profile: { stages: [hold(20, 60_000)] },
        server: { latencyMs: 30_000 },
        interfere: path =>
          isRefused && path === '/load/report' ? { status: 409 } : undefined,
      });
      const running = worker('a');
      await until(() => load.nowMs > 1_000, 'some load');
      if (how === 'the backend says so') load.isOver = true;
      else isRefused = true;
      await until(
        () => backend.requests.includes('/lease'),
        'asking for other work',
      );
      load.isOver = true;
      expect(await codes(running)).toEqual([0]);
    },
  );

  it('ends with the reason when the test cannot be run', async () => {
    const { worker } = await start({
      profile: { mix: [{ scenario: 'nothing', weight: 1 }] },
    });
    const { code, stderr } = await worker('a').exited;
    expect(code).toBe(1);
    expect(stderr).toContain('\\"nothing\\" fits no scenario of the run');
  });
});

/** Workers, and how many of their seconds are the last one. */
function lastSeconds(
  batches: readonly LoadReportBatch[],
): Array<[string, number]> {
  const counts = new Map<string, number>();
  for (const { worker } of batches) {
    const { workerId, last } = worker;
    counts.set(workerId, (counts.get(workerId) ?? 0) + (last ? 1 : 0));
  }
  return [...counts];
}

function read(backend: FakeBackend, name: string): unknown {
  return JSON.parse(String(backend.uploads.get(name)));
}

function countsOf(batches: readonly LoadReportBatch[]) {
  const counts = { sent: 0, completed: 0, succeeded: 0, dropped: 0, late: 0 };
  for (const { providers, dropped } of batches.flatMap(
    ({ records }) => records,
  )) {
    for (const series of Object.values(providers)) {
      counts.sent += series.sent;
      counts.completed += series.completed;
      counts.succeeded += series.succeeded;
    }
    counts.late += dropped.late ?? 0;
    for (const count of Object.values(dropped)) counts.dropped += count ?? 0;
  }
  return counts;
}
