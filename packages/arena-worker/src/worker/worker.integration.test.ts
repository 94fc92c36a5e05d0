import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadBundle } from '@backstage-arena/arena-engine';
import { RunPins } from '@backstage-arena/plugin-arena-common';
import {
  FakeBackend,
  FakeBackendOptions,
  Interference,
  RUN_ID,
  RUN_TOKEN,
} from '../__testUtils__/FakeBackend';
import { ModelServer } from '../__testUtils__/ModelServer';
import { digestOf, packFolder } from '../__testUtils__/packBundle';
import { RunningArena, spawnArena } from '../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../__fixtures__/bundles/greeter');

jest.setTimeout(60_000);

describe('arena worker', () => {
  const cleanups: Array<() => unknown> = [];

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function startModel(delayMs: () => number = () => 5) {
    const model = await ModelServer.start({ delayMs });
    cleanups.push(() => model.stop());
    return model;
  }

  async function startBackend(
    options: {
      model?: ModelServer;
      trials?: number;
      pins?: Partial<RunPins>;
    } & Partial<Omit<FakeBackendOptions, 'plan' | 'pins'>> = {},
  ) {
    const { model, trials = 10, pins, ...rest } = options;
    const content = await packFolder(FIXTURE);
    const providers = model && [
      {
        id: 'model',
        group: 'default',
        spec: { type: 'openai', model: 'm', base_url: model.url },
        credentialSlot: 'ARENA_CREDENTIAL_1',
      },
    ];
    const bundle = await loadBundle(FIXTURE);
    const plan = bundle.plan({ trials, providers });
    const backend = await FakeBackend.start({
      plan,
      bundle: content,
      pins: {
        source: {
          name: 'greeter',
          uid: 'u',
          revision: 'r',
          digest: digestOf(content),
        },
        arenaFile: 'config.arena.yaml',
        type: 'evaluation',
        compat: false,
        trials,
        providers,
        outputFormats: ['json'],
        concurrency: 4,
        itemTimeoutMs: 20_000,
        maxAttempts: 3,
        verbose: true,
        engineVersion: plan.engineVersion,
        planVersion: plan.version,
        ...pins,
      },
      ...rest,
    });
    cleanups.push(() => backend.stop());
    return backend;
  }

  function startWorker(
    backend: FakeBackend,
    env: Record<string, string> = {},
  ): RunningArena {
    const worker = spawnArena(['worker'], {
      ipc: true,
      env: { ...backend.env, ARENA_CREDENTIAL_1: 'sk-secret-key', ...env },
    });
    cleanups.push(() => worker.child.kill('SIGKILL'));
    return worker;
  }

  function temporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'worker-test-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  async function until(condition: () => boolean, what: string) {
    const end = Date.now() + 30_000;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`${what} did not happen`);
      await new Promise(done => setTimeout(done, 5));
    }
  }

  it('works a run to its end, writes the reports and exits with 0', async () => {
    const model = await startModel();
    const outputDirectory = join(temporaryFolder(), 'out');
    const backend = await startBackend({
      model,
      trials: 20,
      finalize: { formats: ['json', 'junit', 'csv'], outputDirectory },
    });
    const exit = await startWorker(backend).exited;

    expect(exit).toMatchObject({ code: 0, stdout: '' });
    expect(backend.results.size).toBe(40);
    expect([...backend.results.values()].map(row => row.status)).toEqual(
      Array(40).fill('passed'),
    );
    expect(model.calls).toBe(40);
    expect(model.mostInFlight).toBeLessThanOrEqual(4);
    expect([...model.authorizations]).toEqual(['Bearer sk-secret-key']);

    const names = [
      'results.json',
      'junit.xml',
      'results.csv',
      'statistics.csv',
      'manifest.json',
    ];
    expect([...backend.uploads.keys()]).toEqual(names);
    expect(readdirSync(outputDirectory).sort()).toEqual([...names].sort());
    const manifest = JSON.parse(
      backend.uploads.get('manifest.json')!.toString(),
    );
    expect(manifest).toMatchObject({
      runId: RUN_ID,
      summary: { total: 40, passed: 40 },
    });
    for (const file of manifest.files) {
      const content = backend.uploads.get(file.name)!;
      expect(file).toEqual({
        name: file.name,
        size: content.length,
        digest: digestOf(content),
      });
      expect(readFileSync(join(outputDirectory, file.name))).toEqual(content);
    }
    expect(backend.finalized).toMatchObject({ ok: true });
  });

  it('logs JSON lines without secrets', async () => {
    const model = await startModel();
    const backend = await startBackend({ model, trials: 2 });
    const { stderr } = await startWorker(backend).exited;

    const lines = stderr.trim().split('\n');
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({ runId: RUN_ID });
    }
    expect(stderr).not.toContain(RUN_TOKEN);
    expect(stderr).not.toContain('sk-secret-key');
  });

  it('gets through a bad network with each item counted once', async () => {
    const model = await startModel(() => Math.random() * 10);
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    const backend = await startBackend({
      model,
      trials: 100,
      mostPerLease: 15,
      interfere: (): Interference => {
        const dice = random();
        if (dice < 0.05) return { status: 503 };
        if (dice < 0.1) return { status: 429, headers: { 'retry-after': '0' } };
        if (dice < 0.14) return { cut: 'before' };
        if (dice < 0.18) return { cut: 'after' };
        if (dice < 0.22) return { cut: 'middle' };
        return dice < 0.3 ? { delayMs: 50 } : undefined;
      },
    });
    const exit = await startWorker(backend).exited;

    expect(exit.code).toBe(0);
    expect(backend.results.size).toBe(200);
    expect(
      JSON.parse(backend.uploads.get('manifest.json')!.toString()),
    ).toMatchObject({ summary: { total: 200 } });
    expect(
      JSON.parse(backend.uploads.get('results.json')!.toString()).items,
    ).toHaveLength(200);
    // A report whose answer was lost is sent again, not its items executed again.
    expect(model.calls).toBe(200);
  });

  it('honours Retry-After', async () => {
    let refusedAt = 0;
    let acceptedAt = 0;
    const backend = await startBackend({
      trials: 1,
      interfere: (path, count) => {
        if (path !== '/report') return undefined;
        if (count === 1) {
          refusedAt = Date.now();
          return { status: 429, headers: { 'retry-after': '1' } };
        }
        acceptedAt ||= Date.now();
        return undefined;
      },
    });
    const exit = await startWorker(backend).exited;
    expect(exit.code).toBe(0);
    expect(acceptedAt - refusedAt).toBeGreaterThanOrEqual(1_000);
  });

  it('never has more items unacknowledged than it may', async () => {
    const model = await startModel(() => 1);
    let most = 0;
    const backend: FakeBackend = await startBackend({
      model,
      trials: 30,
      pins: { concurrency: 5 },
      // While reports are slow, nothing new must start.
      interfere: path => {
        most = Math.max(most, model.calls - (backend?.results.size ?? 0));
        return path === '/report' ? { delayMs: 40 } : undefined;
      },
    });
    const exit = await startWorker(backend).exited;
    expect(exit.code).toBe(0);
    expect(backend.results.size).toBe(60);
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(1);
    expect(Math.max(...backend.reportSizes)).toBeGreaterThan(1);
  });

  it('abandons the items of a lost lease at once', async () => {
    const model = await startModel(() => 400);
    const backend = await startBackend({ model, trials: 4, mostPerLease: 4 });
    const worker = startWorker(backend);
    await until(() => model.calls >= 4, 'the first calls');
    const calls = model.calls;
    for (const lease of [...backend.leases.values()]) backend.revoke(lease);
    await until(() => model.inFlight === 0 || model.calls > calls, 'the abort');
    const exit = await worker.exited;

    expect(exit.code).toBe(0);
    expect(exit.stderr).toContain('A lease was lost');
    expect(backend.results.size).toBe(8);
    // The four that were lost were paid twice, and nothing else.
    expect(model.calls).toBe(8 + calls);
  });

  it('begins nothing under other leases before it knows what became of them', async () => {
    const model = await startModel(() => 100);
    let areGone = false;
    const backend: FakeBackend = await startBackend({
      model,
      trials: 200,
      mostPerLease: 12,
      heartbeatIntervalMs: 60_000,
      leaseTtlMs: 60_000,
      // As when a run is cancelled: all leases end at once, and the first that the worker hears of it is that a report is refused.
      interfere: path => {
        if (areGone && path === '/lease') return { delayMs: 1_000 };
        if (path === '/heartbeat') return { delayMs: 300 };
        const full = [...backend.leases.values()].filter(
          ({ indexes }) => indexes.size > 4,
        );
        if (path !== '/report' || areGone || full.length < 2) return undefined;
        areGone = true;
        for (const lease of [...backend.leases.values()]) backend.revoke(lease);
        backend.command = 'cancel';
        return undefined;
      },
    });
    const worker = startWorker(backend);
    await until(() => areGone, 'the end of the leases');
    await until(() => backend.requests.includes('/heartbeat'), 'a heartbeat');
    const exit = await worker.exited;
    expect(exit.stderr.match(/A lease was lost/g)!.length).toBeGreaterThan(1);
    // What was unacknowledged is lost, and no more was paid for.
    expect(model.calls - backend.results.size).toBeLessThanOrEqual(4);
  });

  it('makes no call after the lease ran out, and goes on when it is renewed', async () => {
    const model = await startModel(() => 20);
    let isAway = false;
    const backend = await startBackend({
      model,
      trials: 20,
      leaseTtlMs: 600,
      heartbeatIntervalMs: 100,
      interfere: () => (isAway ? { cut: 'before' } : undefined),
    });
    const worker = startWorker(backend);
    await until(() => backend.results.size > 4, 'the first results');
    isAway = true;
    await new Promise(done => setTimeout(done, 1_200));
    const calls = model.calls;
    await new Promise(done => setTimeout(done, 500));
    expect(model.calls).toBe(calls);
    isAway = false;
    const exit = await worker.exited;
    expect(exit.code).toBe(0);
    expect(backend.results.size).toBe(40);
  });

  it('drains on SIGTERM: finishes, reports, gives back, exits with 143', async () => {
    const model = await startModel(() => 300);
    const backend = await startBackend({ model, trials: 50 });
    const worker = startWorker(backend);
    await until(() => model.inFlight === 4, 'four calls in flight');
    worker.child.kill('SIGTERM');
    const exit = await worker.exited;

    expect(exit.code).toBe(143);
    expect(backend.results.size).toBe(model.calls);
    expect(backend.leases.size).toBe(0);
    expect(backend.givenUp).toEqual([]);
  });

  it('leaves at once when it is asked to before it has work', async () => {
    const worker = spawnArena(['worker'], {
      ipc: true,
      env: {
        ARENA_BACKEND_URL: 'http://127.0.0.1:1/worker/v1',
        ARENA_RUN_ID: RUN_ID,
        ARENA_RUN_TOKEN: RUN_TOKEN,
        ARENA_WORKER_ID: 'w',
        ARENA_VERBOSE: 'true',
      },
    });
    cleanups.push(() => worker.child.kill('SIGKILL'));
    await until(() => worker.stderr().includes('asked again'), 'a first try');
    worker.child.kill('SIGTERM');
    expect((await worker.exited).code).toBe(143);
  });

  it('leaves the reports to a worker that is there for them alone, which needs no bundle', async () => {
    const model = await startModel();
    const backend = await startBackend({ model, trials: 5 });
    const reporter = startWorker(backend, {
      ARENA_WORKER_ID: 'reporter',
      ARENA_WORKER_ROLE: 'finalize',
    });
    await until(() => backend.workers.has('reporter'), 'registering');
    const worker = startWorker(backend, { ARENA_WORKER_ROLE: 'work' });
    expect((await worker.exited).code).toBe(0);
    expect((await reporter.exited).code).toBe(0);
    expect(backend.results.size).toBe(10);
    expect(backend.finalized).toMatchObject({ ok: true });
    expect(backend.requests.filter(path => path === '/bundle')).toHaveLength(1);
  });

  it('gives started items up when draining takes too long', async () => {
    const model = await startModel(() => 20_000);
    const backend = await startBackend({ model, trials: 50 });
    const worker = startWorker(backend, { ARENA_DRAIN_TIMEOUT_MS: '300' });
    await until(() => model.inFlight === 4, 'four calls in flight');
    worker.child.kill('SIGTERM');
    const exit = await worker.exited;
    expect(exit.code).toBe(143);
    expect(backend.givenUp).toHaveLength(4);
    expect(backend.leases.size).toBe(0);
  });

  it('obeys the commands drain and cancel', async () => {
    for (const command of ['drain', 'cancel'] as const) {
      const model = await startModel(() => 200);
      const backend = await startBackend({ model, trials: 50 });
      const worker = startWorker(backend);
      await until(() => model.inFlight === 4, 'four calls in flight');
      backend.command = command;
      const exit = await worker.exited;
      expect({ command, code: exit.code }).toEqual({ command, code: 143 });
      expect(backend.leases.size).toBe(0);
      expect(backend.givenUp.length > 0).toBe(command === 'cancel');
    }
  });

  it('tells soon what has finished, whatever else of its lease runs on', async () => {
    const delays = [60_000];
    const model = await startModel(() => delays.pop() ?? 5);
    const backend = await startBackend({
      model,
      trials: 12,
      // So many that half of them is never reached.
      pins: { concurrency: 200 },
    });
    const worker = startWorker(backend);
    await until(() => backend.results.size === 23, 'all results but one');
    expect(model.inFlight).toBe(1);
    worker.child.kill('SIGKILL');
  });

  it('reports what has finished before it gives the rest back', async () => {
    const delays = [100, 20, 60_000];
    const model = await startModel(() => delays.pop() ?? 60_000);
    const backend = await startBackend({
      model,
      // One result finishes while the report of the other is on its way.
      interfere: (path, count) =>
        path === '/report' && count === 1 ? { delayMs: 3_000 } : undefined,
    });
    const worker = startWorker(backend);
    await until(
      () => model.calls === 4 && model.inFlight === 2,
      'two of four answers',
    );
    backend.command = 'cancel';
    const exit = await worker.exited;
    expect(exit.code).toBe(143);
    expect(backend.leases.size).toBe(0);
    expect(backend.results.size).toBe(2);
    expect(backend.givenUp).toHaveLength(model.calls - 2);
  });

  it('exits with 0 when the run is closed under it', async () => {
    const model = await startModel(() => 5_000);
    const backend = await startBackend({ model, trials: 50 });
    const worker = startWorker(backend);
    await until(() => model.inFlight === 4, 'four calls in flight');
    backend.closed = true;
    backend.leases.clear();
    const exit = await worker.exited;
    expect(exit.code).toBe(0);
  });

  it('loses at most what is in flight when it is killed', async () => {
    const model = await startModel(() => 10);
    const backend = await startBackend({
      model,
      trials: 150,
      leaseTtlMs: 500,
      mostPerLease: 40,
    });
    const killed = startWorker(backend);
    await until(() => backend.results.size > 60, 'some results');
    killed.child.kill('SIGKILL');
    await killed.exited;
    expect(backend.results.size).toBeLessThan(300);
    const exit = await startWorker(backend).exited;

    expect(exit.code).toBe(0);
    expect(backend.results.size).toBe(300);
    expect(backend.duplicates).toBe(0);
    expect(model.calls).toBeLessThanOrEqual(300 + 4);
  });

  it('leaves when the process that started it is gone', async () => {
    const model = await startModel(() => 60_000);
    const backend = await startBackend({ model });
    const worker = startWorker(backend);
    await until(() => model.inFlight > 0, 'a call');
    worker.child.disconnect();
    const { code } = await worker.exited;
    expect(code).toBe(1);
  });

  it('does not read its bundle from a wrong archive', async () => {
    const other = await packFolder(join(FIXTURE, 'prompts'));
    const backend = await startBackend({ bundle: other });
    const exit = await startWorker(backend).exited;
    expect(exit.code).toBe(1);
    expect(exit.stderr).toContain(
      `The bundle has the digest ${digestOf(other)}`,
    );
    expect(backend.results.size).toBe(0);
  });

  it('refuses a protocol or a plan that it does not know', async () => {
    const cases = [
      {
        registration: { protocolVersion: 9 },
        message:
          'The backend speaks version 9 of the worker protocol, this worker version 1',
      },
      {
        registration: { plan: { version: 7 } },
        message: "The run's plan has version 7, this worker knows version 1",
      },
    ];
    for (const { registration, message } of cases) {
      const backend = await startBackend({ registration });
      const exit = await startWorker(backend).exited;
      expect(exit.code).toBe(1);
      expect(exit.stderr).toContain(message);
    }
  });

  it('waits for a backend of its release instead of crashing', async () => {
    const backend = await startBackend({
      trials: 1,
      interfere: (path, count) =>
        path === '/register' && count === 1 ? { status: 426 } : undefined,
    });
    const exit = await startWorker(backend).exited;
    expect(exit.code).toBe(0);
    expect(exit.stderr).toContain(
      'The backend does not take workers of this release',
    );
    expect(backend.finalized).toMatchObject({ ok: true });
  });

  it.each([
    ['leaves when it is told to while it waits for that', '60000', 143],
    ['gives up when that takes too long', '1', 1],
  ])('%s', async (_, patience, code) => {
    const backend = await startBackend({
      interfere: path => (path === '/register' ? { status: 426 } : undefined),
    });
    const worker = startWorker(backend, { ARENA_PATIENCE_MS: patience });
    await until(() => backend.requests.includes('/register'), 'registering');
    if (code === 143) worker.child.kill('SIGTERM');
    expect((await worker.exited).code).toBe(code);
    expect(backend.workers.size).toBe(0);
  });

  it('says what is missing in its environment', async () => {
    const { code, stderr } = await spawnArena(['worker'], {
      env: { ARENA_BACKEND_URL: 'ftp://x' },
    }).exited;
    expect(code).toBe(1);
    expect(stderr).toMatchInlineSnapshot(`
      "error: 'arena worker' is started by a launcher, which sets its environment
        ARENA_RUN_ID is not set
        ARENA_RUN_TOKEN is not set
        ARENA_WORKER_ID is not set
        ARENA_BACKEND_URL is 'ftp://x': allowed is an http or https URL
      "
    `);
  });

  it('does not overwrite the results of another run', async () => {
    const outputDirectory = temporaryFolder();
    writeFileSync(
      join(outputDirectory, 'manifest.json'),
      JSON.stringify({ runId: 'another' }),
    );
    const backend = await startBackend({
      trials: 1,
      finalize: { formats: ['json'], outputDirectory },
    });
    const exit = await startWorker(backend).exited;
    expect(exit.code).toBe(0);
    expect(backend.finalized).toMatchObject({
      ok: false,
      // The portal has them nevertheless.
      files: [{ name: 'results.json' }, { name: 'manifest.json' }],
      message: `The output folder '${outputDirectory}' holds the results of the run 'another': choose another folder or remove them`,
    });
    expect(readdirSync(outputDirectory)).toEqual(['manifest.json']);
  });

  it('leaves the reports to a worker that has the claim', async () => {
    const mount = temporaryFolder();
    const backend = await startBackend({
      trials: 1,
      finalize: { formats: ['json'] },
      pins: {
        output: { type: 'pvc', claimName: 'results', path: `evals/${RUN_ID}` },
      },
    });
    const first = startWorker(backend);
    await until(
      () => backend.results.size > 0 && backend.requests.at(-1) === '/lease',
      'waiting for a worker with the claim',
    );
    const second = startWorker(backend, {
      ARENA_WORKER_ID: 'finalizer',
      ARENA_OUTPUT_DIR: mount,
    });
    expect((await first.exited).code).toBe(0);
    expect((await second.exited).code).toBe(0);
    expect(backend.finalized).toMatchObject({ ok: true });
    const folder = join(mount, 'evals', RUN_ID);
    expect(readdirSync(folder).sort()).toEqual([
      'manifest.json',
      'results.json',
    ]);
    const { files } = JSON.parse(
      readFileSync(join(folder, 'manifest.json'), 'utf8'),
    );
    const content = readFileSync(join(folder, 'results.json'));
    expect(files).toEqual([
      {
        name: 'results.json',
        size: content.length,
        digest: digestOf(content),
      },
    ]);
  });

  it.each(['/reports/results.json', '/results'])(
    'says that %s fails, while all else works',
    async broken => {
      let tries = 0;
      const backend = await startBackend({
        trials: 1,
        finalize: { formats: ['json'] },
        interfere: path => {
          if (path !== broken) return undefined;
          tries += 1;
          return { status: 503 };
        },
      });
      const exit = await startWorker(backend, { ARENA_PATIENCE_MS: '700' })
        .exited;
      expect(exit.code).toBe(0);
      expect(tries).toBeGreaterThan(2);
      expect(backend.finalized).toEqual({
        ok: false,
        message: expect.stringMatching(
          /^The backend has failed the same request for 1 s, giving up: .* was answered with status 503: interfered$/,
        ),
      });
      expect(backend.uploads.has('manifest.json')).toBe(false);
    },
  );

  it('does not give up while it is told to wait', async () => {
    const backend = await startBackend({
      trials: 1,
      finalize: { formats: ['json'] },
      interfere: (path, count) =>
        path === '/reports/results.json' && count < 8
          ? { status: 429, headers: { 'retry-after': '0.2' } }
          : undefined,
    });
    const exit = await startWorker(backend, { ARENA_PATIENCE_MS: '500' })
      .exited;
    expect(exit.code).toBe(0);
    expect(backend.finalized).toMatchObject({ ok: true });
  });

  it('gives up a backend that stays away', async () => {
    const backend = await startBackend();
    const env = backend.env;
    await backend.stop();
    const { code, stderr } = await spawnArena(['worker'], {
      ipc: true,
      env: { ...env, ARENA_PATIENCE_MS: '500' },
    }).exited;
    expect(code).toBe(1);
    expect(stderr).toContain('The backend has not answered for');
  });
});
