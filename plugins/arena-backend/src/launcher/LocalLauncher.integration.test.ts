import { mockLogger } from '../__testUtils__/mockLogger';
import { WorkerPoolSpec } from '@backstage-arena/plugin-arena-node';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, isAlive, waitFor } from './__testUtils__/processes';
import { LocalLauncher, LocalLauncherOptions } from './LocalLauncher';
import { resolveWorkerBin } from './workerBin';

jest.setTimeout(60_000);

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

/** A program in place of the worker, that tells what it got and obeys the same rules: it leaves when its channel closes. */
const PROGRAM = `
const fs = require('node:fs');
const args = process.argv.slice(2);
const dir = __dirname;
process.on('disconnect', () => process.exit(1));
if (args.includes('--wait')) {
  fs.writeFileSync(dir + '/waiting-' + process.pid, JSON.stringify(process.env));
  process.once('message', ({ environment }) => work(environment));
} else work({});
function work(environment) {
  // Whoever sees the file must see all of it.
  fs.writeFileSync(dir + '/new-' + process.pid, JSON.stringify({ args, env: { ...process.env, ...environment }, execArgv: process.execArgv }));
  fs.renameSync(dir + '/new-' + process.pid, dir + '/pid-' + process.pid);
  const plan = JSON.parse(fs.readFileSync(dir + '/plan.json', 'utf8'));
  process.on('SIGTERM', () => { if (!plan.deaf) process.exit(143); });
  if (plan.print) { console.log(plan.print); console.error(plan.print); }
  if (plan.exit !== undefined) setTimeout(() => process.exit(plan.exit), plan.after ?? 0);
}
setInterval(() => {}, 1000);
`;

describe('LocalLauncher', () => {
  let folder: string;
  let launcher: LocalLauncher;

  const plan = (value: object) =>
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(value));
  const pids = () =>
    readdirSync(folder)
      .filter(name => name.startsWith('pid-'))
      .map(name => Number(name.slice(4)));
  const alive = () => pids().filter(isAlive);
  /** Those that were started, whether they have a run or not. */
  const waiting = () =>
    readdirSync(folder)
      .filter(name => name.startsWith('waiting-'))
      .map(name => Number(name.slice(8)));
  const seen = (pid: number) =>
    JSON.parse(readFileSync(join(folder, `pid-${pid}`), 'utf8'));

  function createLauncher(options: Partial<LocalLauncherOptions> = {}) {
    launcher = new LocalLauncher({
      logger: mockLogger(),
      bin: join(folder, 'worker.js'),
      bundleDirectory: join(folder, 'bundles'),
      maxProcesses: 8,
      memoryMiB: 128,
      environment: { ...process.env, PORTAL_SECRET: 'do not pass on' },
      backoffMs: 50,
      maxBackoffMs: 200,
      drainMs: 500,
      stopMs: 500,
      processors: 8,
      ...options,
    });
    return launcher;
  }

  const spec = ({
    token = 'token-of-the-run',
    credentials = { ARENA_CREDENTIAL_1: 'sk-very-secret' },
    ...overrides
  }: Partial<Omit<WorkerPoolSpec, 'token' | 'credentials'>> & {
    token?: string;
    credentials?: Record<string, string>;
  } = {}): WorkerPoolSpec => ({
    runId: 'run-1',
    cluster: 'embedded',
    namespace: 'default',
    jobName: 'job',
    jobUid: 'uid',
    replicas: 2,
    finalizing: false,
    measuresTime: false,
    token: async () => token,
    backendUrl: 'http://127.0.0.1:1/api/arena/worker/v1',
    credentials: Object.fromEntries(
      Object.entries(credentials).map(([slot, value]) => [
        slot,
        { value: async () => value },
      ]),
    ),
    outputCredentials: {},
    verbose: false,
    labels: {},
    annotations: {},
    ...overrides,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-launcher-'));
    writeFileSync(join(folder, 'worker.js'), PROGRAM);
    plan({});
  });

  afterEach(async () => {
    await launcher?.shutdown();
    const left = alive();
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });

  it('starts as many as wanted, once, however often it is asked', async () => {
    createLauncher();
    await Promise.all([1, 2, 3].map(() => launcher.ensure(spec())));
    await waitFor(() => alive().length === 2);
    const status = await launcher.ensure(spec());
    expect(status.active).toBe(2);
    expect(status.workers.map(w => w.state)).toEqual(['running', 'running']);
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(pids()).toHaveLength(2);
  });

  it('gives a worker its run and slots, and nothing of the portal', async () => {
    createLauncher();
    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => pids().length === 1);
    const { args, env, execArgv } = seen(pids()[0]);
    expect(args).toEqual(['worker', '--wait']);
    expect(execArgv).toContain('--max-old-space-size=128');
    expect(env).toMatchObject({
      ARENA_BACKEND_URL: 'http://127.0.0.1:1/api/arena/worker/v1',
      ARENA_RUN_ID: 'run-1',
      ARENA_RUN_TOKEN: 'token-of-the-run',
      ARENA_CREDENTIAL_1: 'sk-very-secret',
      PATH: process.env.PATH,
    });
    expect(env.PORTAL_SECRET).toBeUndefined();
    expect(env.NODE_OPTIONS).toBeUndefined();
    // What a process is started with can be read by others of the same user.
    const before = readFileSync(join(folder, `waiting-${pids()[0]}`), 'utf8');
    expect(before).not.toContain('token-of-the-run');
    expect(before).not.toContain('sk-very-secret');
  });

  it('lets who is started for the reports alone do nothing else, and gives it the secrets of the output alone', async () => {
    createLauncher();
    const slot = 'ARENA_CREDENTIAL_OUTPUT_KEY';
    const outputCredentials = { [slot]: { value: async () => 'key' } };
    await launcher.ensure(
      spec({ replicas: 1, finalizing: true, outputCredentials }),
    );
    await waitFor(() => pids().length === 1);
    const { env } = seen(pids()[0]);
    expect(env).toMatchObject({ ARENA_WORKER_ROLE: 'finalize', [slot]: 'key' });
    expect(env.ARENA_CREDENTIAL_1).toBeUndefined();
  });

  it('refuses a slot that would replace a variable of the process', async () => {
    createLauncher();
    await expect(
      launcher.ensure(spec({ credentials: { NODE_OPTIONS: '--require x' } })),
    ).rejects.toThrow("Invalid credential slot 'NODE_OPTIONS'");
  });

  it('starts processes ahead, gives them to the next run, and ends them with itself', async () => {
    createLauncher({ maxProcesses: 2 });
    launcher.prepare(5);
    await waitFor(() => waiting().length > 0);
    const ahead = waiting();
    expect(ahead.length).toBeLessThanOrEqual(2);

    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => pids().length === 1);
    expect((await launcher.status(spec())).active).toBe(1);
    await launcher.shutdown();
    expect(waiting().filter(isAlive)).toEqual([]);
    expect(waiting().length).toBeLessThanOrEqual(2);
  });

  it('keeps a spare process, gives it to the next run and replaces it', async () => {
    createLauncher({ spare: 1, replaceMs: 300 }).start();
    await waitFor(() => waiting().length === 1);
    const [spare] = waiting();
    await launcher.ensure(spec({ replicas: 2 }));
    await waitFor(() => alive().length === 2);
    expect(alive()).toContain(spare);

    // One that got its run, one that was started for it, and the next spare one.
    await waitFor(() => waiting().length === 3);
    const [next] = waiting().filter(pid => !alive().includes(pid));
    await launcher.ensure(spec({ replicas: 1, runId: 'run-2' }));
    await waitFor(() => alive().includes(next));
    await waitFor(() => waiting().length === 4);
    await launcher.shutdown();
    expect(waiting().filter(isAlive)).toEqual([]);
  });

  it('starts nothing for later while workers have all processors', async () => {
    createLauncher({ spare: 1, replaceMs: 100, processors: 2 }).start();
    await waitFor(() => waiting().length === 1);
    await launcher.ensure(spec({ replicas: 1 }));
    // The one that got its run is replaced: a processor is free.
    await waitFor(() => waiting().length === 2);
    await launcher.ensure(spec({ replicas: 2 }));
    await waitFor(() => alive().length === 2);
    await new Promise(done => setTimeout(done, 500));
    expect(waiting()).toHaveLength(2);
    await launcher.stop(spec());
    await waitFor(() => waiting().length === 3);
  });

  it('counts spare processes to the limit', async () => {
    createLauncher({ spare: 3, replaceMs: 100, maxProcesses: 2 }).start();
    await waitFor(() => waiting().length === 2);
    await launcher.ensure(spec({ replicas: 2 }));
    await waitFor(() => alive().length === 2);
    await new Promise(done => setTimeout(done, 500));
    expect(waiting()).toHaveLength(2);
    await launcher.stop(spec());
    await waitFor(() => waiting().filter(isAlive).length === 2);
    expect(waiting()).toHaveLength(4);
  });

  it('keeps no spare process before it is told to, nor when none is wanted', async () => {
    createLauncher({ spare: 1 });
    await new Promise(done => setTimeout(done, 500));
    expect(waiting()).toEqual([]);
    createLauncher({ spare: 0 }).start();
    await new Promise(done => setTimeout(done, 500));
    expect(waiting()).toEqual([]);
  });

  it('starts anew when one that was started ahead has died', async () => {
    createLauncher();
    launcher.prepare(1);
    await waitFor(() => waiting().length === 1);
    const [dead] = waiting();
    process.kill(dead, 'SIGKILL');
    await waitFor(() => !isAlive(dead));
    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => alive().length === 1);
    expect(alive()).not.toContain(dead);
  });

  it('starts a worker again that was killed, and keeps the reason', async () => {
    createLauncher();
    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => alive().length === 1);
    const [first] = pids();
    process.kill(first, 'SIGKILL');
    await waitFor(() => alive().some(pid => pid !== first));
    const { workers } = await launcher.status(spec());
    expect(workers[0]).toMatchObject({
      restarts: 1,
      lastReason: 'was ended by SIGKILL',
      state: 'running',
    });
  });

  it('waits longer between starts of a worker that keeps dying', async () => {
    plan({ exit: 3, print: 'cannot reach the backend' });
    createLauncher();
    await launcher.ensure(spec({ replicas: 1 }));
    await new Promise(resolve => setTimeout(resolve, 1_500));
    // 50 + 100 + 200 + 200 ... and the start of node each time.
    expect(pids().length).toBeGreaterThanOrEqual(3);
    expect(pids().length).toBeLessThanOrEqual(8);
    const { workers } = await launcher.status(spec());
    expect(workers[0].lastReason).toBe(
      'exited with code 3: cannot reach the backend',
    );
  });

  it('does not start a worker again that saw its run closed', async () => {
    plan({ exit: 0 });
    createLauncher({ maxBackoffMs: 30_000 });
    await launcher.ensure(spec({ replicas: 2 }));
    await waitFor(() => pids().length === 2 && alive().length === 0);
    await launcher.ensure(spec({ replicas: 2 }));
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(pids()).toHaveLength(2);
    const { workers } = await launcher.status(spec());
    expect(workers.map(w => w.state)).toEqual(['gone', 'gone']);
  });

  it('drains what is too much, and ends what does not drain', async () => {
    plan({ deaf: true });
    createLauncher();
    await launcher.ensure(spec({ replicas: 3 }));
    await waitFor(() => alive().length === 3);
    const status = await launcher.ensure(spec({ replicas: 1 }));
    expect(status.workers).toHaveLength(1);
    await waitFor(() => alive().length === 1);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(alive()).toHaveLength(1);
  });

  it('stops the workers of one run and leaves the others alone', async () => {
    createLauncher();
    await launcher.ensure(spec({ replicas: 1 }));
    await launcher.ensure(spec({ replicas: 1, runId: 'run-2' }));
    await waitFor(() => alive().length === 2);
    await launcher.stop(spec());
    expect(alive()).toHaveLength(1);
    expect((await launcher.status(spec())).active).toBe(0);
    expect((await launcher.status(spec({ runId: 'run-2' }))).active).toBe(1);
  });

  it('replaces workers whose token is no longer valid', async () => {
    createLauncher();
    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => alive().length === 1);
    await launcher.ensure(spec({ replicas: 1, token: 'another-token' }));
    await waitFor(
      () =>
        alive().length === 1 &&
        seen(alive()[0]).env.ARENA_RUN_TOKEN === 'another-token',
    );
    expect(pids()).toHaveLength(2);
  });

  it('keeps to the limit over all runs, and lets no run starve', async () => {
    createLauncher({ maxProcesses: 3 });
    await launcher.ensure(spec({ replicas: 5 }));
    await waitFor(() => alive().length === 3);
    const { workers } = await launcher.status(spec());
    expect(workers[4]).toMatchObject({ state: 'starting' });
    expect(workers[4].lastReason).toMatch(/all 3 worker processes are in use/);

    await launcher.ensure(spec({ replicas: 5, runId: 'run-2' }));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, alive().length);
    }, 5);
    let second = 0;
    while (second === 0) {
      second = (await launcher.status(spec({ runId: 'run-2' }))).active;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    clearInterval(watch);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('hands on lines without secrets', async () => {
    plan({ print: 'key sk-very-secret token token-of-the-run end' });
    const logger = mockLogger();
    logger.child.mockReturnValue(logger);
    createLauncher({ logger });
    await launcher.ensure(spec({ replicas: 1 }));
    await waitFor(() => logger.info.mock.calls.length > 0);
    await waitFor(() => logger.warn.mock.calls.length > 0);
    expect(logger.info.mock.calls[0][0]).toBe('key *** token *** end');
    expect(logger.warn.mock.calls[0][0]).toBe('key *** token *** end');
  });

  it('leaves no process behind when the backend is killed', async () => {
    // A backend in miniature. One of its launchers starts real workers, which wait.
    const backend = spawn(
      process.execPath,
      [
        '-e',
        `require(${JSON.stringify(TRANSFORM)});
         const { LocalLauncher } = require(${JSON.stringify(
           join(__dirname, 'LocalLauncher.ts'),
         )});
         const bins = ${JSON.stringify([
           resolveWorkerBin(),
           join(folder, 'worker.js'),
         ])};
         for (const bin of bins)
           new LocalLauncher({ bin, maxProcesses: 8, memoryMiB: 512, environment: process.env, spare: 2 }).start();
         setTimeout(() => console.log('waiting'), 6_000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(backend.stdout!, 'data');
    const children = childrenOf(backend.pid!);
    expect(children).toHaveLength(4);
    backend.kill('SIGKILL');
    await waitFor(() => children.filter(isAlive).length === 0);
  });
});
