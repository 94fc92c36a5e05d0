import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MockLlmOptions,
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import { loadBundle } from '@backstage-arena/arena-engine';
import {
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
    return { model, load, backend, worker, total, profile };
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

  it('sends every arrival once, whoever has it', async () => {
    const { model, load, worker, total, backend } = await start({
      expected: 2,
    });
    const exits = await codes(worker('a'), worker('b'));
    expect(exits).toEqual([0, 0]);

    const names = await namesOf(model);
    expect(new Set(names).size).toBe(names.length);
    const { sent, dropped, late } = countsOf(load.batches);
    expect(names).toHaveLength(sent);
    expect(sent + late).toBe(total);
    expect(dropped).toBe(late);
    expect(late).toBe(0);
    for (const { given } of load.processes.values()) {
      expect(given.length).toBeGreaterThan(0);
    }
    expect(backend.finalized).toMatchObject({ ok: true });
  });
});

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
