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
import { join, resolve } from 'node:path';
import { resolveWorkerBin } from '../launcher/workerBin';
import {
  childrenOf,
  isAlive,
  waitFor,
} from '../launcher/__testUtils__/processes';
import { PlanProcesses, PlanProcessesOptions } from './PlanProcesses';

jest.setTimeout(60_000);

const EXAMPLES = resolve(__dirname, '../../../../examples/bundles');
const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');

/**
 * A program in place of the planner, that keeps to the same rules: it notes that it was started, waits for its request, does what that
 * says and answers with its process id.
 */
const PROGRAM = `
const fs = require('node:fs');
fs.writeFileSync(__dirname + '/pid-' + process.pid, JSON.stringify({ env: process.env, execArgv: process.execArgv }));
let text = '';
process.stdin.on('data', chunk => { text += chunk; });
process.stdin.on('end', () => {
  if (text === '') return;
  const request = JSON.parse(text);
  if (request.loop) for (;;);
  if (request.linger) setInterval(() => {}, 1000);
  if (request.hoard) { const hoard = []; for (;;) hoard.push(new Array(1e5).fill({})); }
  console.log(JSON.stringify({ ok: false, reason: 'Answered', message: String(process.pid), problems: [] }));
});
`;

describe('PlanProcesses', () => {
  let folder: string;
  let processes: PlanProcesses;

  const started = () =>
    readdirSync(folder)
      .filter(name => name.startsWith('pid-'))
      .map(name => Number(name.slice(4)));
  const waiting = () => started().filter(isAlive);

  function create(options: Partial<PlanProcessesOptions> = {}) {
    processes = new PlanProcesses({
      bin: join(folder, 'planner.js'),
      timeoutMs: 10_000,
      memoryMiB: 64,
      environment: { PATH: process.env.PATH, PORTAL_SECRET: 'hunter2' },
      replaceMs: 300,
      ...options,
    });
    return processes;
  }

  /** @returns the process that has answered. */
  async function run(request: object = {}): Promise<number> {
    const reply = await processes.run(request);
    if (reply.ok || reply.reason !== 'Answered') {
      throw new Error(JSON.stringify(reply));
    }
    return Number(reply.message);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-planning-'));
    writeFileSync(join(folder, 'planner.js'), PROGRAM);
  });

  afterEach(async () => {
    await processes.stop();
    const left = waiting();
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Left behind: ${left.join(', ')}`);
  });

  it('starts nothing ahead before it is told to', async () => {
    create();
    await run();
    await new Promise(done => setTimeout(done, 500));
    expect(started()).toHaveLength(1);
  });

  it('has one wait, which plans once and is then replaced', async () => {
    create().start();
    await waitFor(() => waiting().length === 1);
    const [first] = waiting();
    expect(await run()).toBe(first);
    const second = await run();
    expect(second).not.toBe(first);
    await waitFor(() => waiting().length === 1 && started().length === 3);
    const [third] = waiting();
    expect([first, second]).not.toContain(third);
    expect(await run()).toBe(third);
  });

  it('gives the one that waits the environment and the limits of every other', async () => {
    create().start();
    await waitFor(() => waiting().length === 1);
    await run();
    await run();
    const [ahead, fresh] = started().map(pid =>
      JSON.parse(readFileSync(join(folder, `pid-${pid}`), 'utf8')),
    );
    expect(ahead).toEqual(fresh);
    expect(ahead.execArgv).toContain('--max-old-space-size=64');
    expect(ahead.env.PORTAL_SECRET).toBeUndefined();
  });

  it.each([
    ['noticed', async (pid: number) => waitFor(() => !isAlive(pid))],
    ['not noticed yet', async () => {}],
  ])(
    'plans all the same when the one that waits has died, %s',
    async (_, noticed) => {
      create().start();
      await waitFor(() => waiting().length === 1);
      const [dead] = waiting();
      process.kill(dead, 'SIGKILL');
      await noticed(dead);
      expect(await run()).not.toBe(dead);
      // It is replaced as one that was taken.
      await waitFor(() => waiting().length === 1 && started().length === 3);
    },
  );

  it('counts the time from the request, and ends what takes longer', async () => {
    create({ timeoutMs: 700 }).start();
    await waitFor(() => waiting().length === 1);
    const [first] = waiting();
    await new Promise(done => setTimeout(done, 1_000));
    expect(await run()).toBe(first);

    await waitFor(() => waiting().length === 1 && started().length === 2);
    const [second] = waiting();
    expect(await processes.run({ loop: true })).toMatchObject({
      reason: 'PlanningFailed',
      message: expect.stringMatching(/took longer than 700 ms/),
      transient: true,
    });
    await waitFor(() => !isAlive(second));
  });

  it('ends one that waited when its request needs too much memory', async () => {
    create({ timeoutMs: 30_000 }).start();
    await waitFor(() => waiting().length === 1);
    expect(await processes.run({ hoard: true })).toMatchObject({
      ok: false,
      reason: 'PlanningFailed',
      transient: true,
    });
  });

  it('rejects when it is aborted, and ends the process', async () => {
    create().start();
    await waitFor(() => waiting().length === 1);
    const [pid] = waiting();
    const abort = new AbortController();
    const planning = processes.run({ loop: true }, abort.signal);
    abort.abort(new Error('The backend stops'));
    await expect(planning).rejects.toThrow('The backend stops');
    expect(isAlive(pid)).toBe(false);
  });

  it('ends what waits and what plans when it is stopped, and starts no other', async () => {
    create().start();
    await waitFor(() => waiting().length === 1);
    const planning = processes.run({ loop: true });
    await waitFor(() => waiting().length === 2);
    await processes.stop();
    expect(waiting()).toEqual([]);
    expect(await planning).toMatchObject({ reason: 'PlanningFailed' });
    await new Promise(done => setTimeout(done, 500));
    expect(started()).toHaveLength(2);
  });

  it('does not wait until a process that has answered ends, and ends it', async () => {
    create();
    const lingering = await run({ linger: true });
    expect(isAlive(lingering)).toBe(true);
    await waitFor(() => !isAlive(lingering));

    const another = await run({ linger: true });
    await processes.stop();
    expect(isAlive(another)).toBe(false);
  });

  it('plans real bundles with the real program, one that waited and one that did not', async () => {
    create({
      bin: resolveWorkerBin(),
      memoryMiB: 512,
      timeoutMs: 30_000,
      environment: process.env,
    }).start();
    const request = {
      directory: join(EXAMPLES, 'model-comparison'),
      options: { trials: 2 },
    };
    // Long enough for it to have loaded and to have rehearsed.
    await new Promise(done => setTimeout(done, 5_000));
    const [ahead, fresh] = [
      await processes.run(request),
      await processes.run(request),
    ];
    if (!ahead.ok) throw new Error(ahead.message);
    expect(ahead.plan.total).toBe(6 * 3 * 2);
    expect(fresh).toEqual(ahead);
  });

  it('leaves no process behind when the backend is killed', async () => {
    create();
    const backend = spawn(
      process.execPath,
      [
        '-e',
        `require(${JSON.stringify(TRANSFORM)});
         const { PlanProcesses } = require(${JSON.stringify(
           resolve(__dirname, 'PlanProcesses.ts'),
         )});
         const { resolveWorkerBin } = require(${JSON.stringify(
           resolve(__dirname, '../launcher/workerBin.ts'),
         )});
         const options = { timeoutMs: 10_000, memoryMiB: 512, environment: process.env };
         for (const bin of [resolveWorkerBin(), ${JSON.stringify(
           join(folder, 'planner.js'),
         )}]) new PlanProcesses({ ...options, bin }).start();
         setTimeout(() => console.log('waiting'), 5_000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(backend.stdout!, 'data');
    const children = childrenOf(backend.pid!);
    expect(children).toHaveLength(2);
    expect(children.filter(isAlive)).toHaveLength(2);
    backend.kill('SIGKILL');
    await waitFor(() => children.filter(isAlive).length === 0);
  });
});
