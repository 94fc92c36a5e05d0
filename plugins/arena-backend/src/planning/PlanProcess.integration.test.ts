import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { resolveWorkerBin } from '../launcher/workerBin';
import { PlanProcess } from './PlanProcess';

jest.setTimeout(60_000);

const EXAMPLES = resolve(__dirname, '../../../../examples/bundles');

describe('PlanProcess', () => {
  let folder: string;

  const runProgram = (program: string, timeoutMs = 10_000) => {
    const bin = join(folder, 'planner.js');
    writeFileSync(bin, program);
    const planning = new PlanProcess({
      bin,
      memoryMiB: 64,
      environment: { PATH: process.env.PATH, PORTAL_SECRET: 'hunter2' },
    });
    return planning.plan({ archive: 'x' }, { timeoutMs });
  };

  const plan = (request: object) =>
    new PlanProcess({
      bin: resolveWorkerBin(),
      memoryMiB: 512,
      environment: process.env,
    }).plan(request, { timeoutMs: 30_000 });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'arena-planning-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('plans a real bundle with the real program', async () => {
    const reply = await plan({
      directory: join(EXAMPLES, 'model-comparison'),
      options: { trials: 2 },
    });
    if (!reply.ok) throw new Error(reply.message);
    expect(reply.plan.total).toBe(6 * 3 * 2);
    expect(reply.concurrency).toBe(6);
  });

  it('tells why a bundle cannot be planned', async () => {
    writeFileSync(join(folder, 'config.arena.yaml'), 'kind: Arena\nspec: [');
    const reply = await plan({ directory: folder, options: {} });
    expect(reply).toMatchObject({ ok: false, reason: 'InvalidBundle' });
    expect((reply as any).problems.length).toBeGreaterThan(0);
    expect((reply as any).transient).toBeUndefined();
  });

  it.each<[string, string, RegExp]>([
    ['never ends', 'setInterval(() => {}, 1000);', /took longer than 500 ms/],
    ['loops', 'for (;;);', /took longer than 500 ms/],
    ['ends without a word', 'process.exitCode = 3;', /exited with code 3/],
    [
      'crashes',
      'console.error("boom"); process.kill(process.pid, "SIGKILL");',
      /was ended by SIGKILL: boom/,
    ],
    ['talks nonsense', 'console.log("hello");', /gave no valid answer/],
    [
      'names a provider that is not there',
      `console.log(JSON.stringify({ ok: true, engineVersion: '1', warnings: [], providerGroups: [],
         plan: { version: 1, engineVersion: '1', regions: ['r'], providers: [], offsets: [0, 1], total: 1,
           scenarios: [{ id: 's', key: 'k', providers: [0], variants: 1, trials: 1 }] } }));`,
      /names a provider that it does not contain/,
    ],
    [
      'counts wrongly',
      `console.log(JSON.stringify({ ok: true, engineVersion: '1', warnings: [], providerGroups: [],
         plan: { version: 1, engineVersion: '1', regions: ['r'], providers: [{ id: 'p', group: 'g', type: 't', key: 'k' }],
           offsets: [0, 5], total: 5, scenarios: [{ id: 's', key: 'k', providers: [0], variants: 1, trials: 1 }] } }));`,
      /offsets of the plan do not fit/,
    ],
    [
      'floods',
      'const chunk = "x".repeat(1 << 20); const write = () => { while (process.stdout.write(chunk)); process.stdout.once("drain", write); }; write();',
      /too large|took longer/,
    ],
  ])('survives a program that %s', async (_name, program, message) => {
    const reply = await runProgram(program, 500);
    expect(reply).toMatchObject({
      ok: false,
      reason: 'PlanningFailed',
      transient: true,
    });
    expect((reply as { message: string }).message).toMatch(message);
  });

  it('ends a program that needs too much memory', async () => {
    const reply = await runProgram(
      'const hoard = []; for (;;) hoard.push(new Array(1e5).fill({}));',
      20_000,
    );
    expect(reply).toMatchObject({ ok: false, reason: 'PlanningFailed' });
  });

  it('shows nothing of the portal to the program', async () => {
    await runProgram(
      `require('node:fs').writeFileSync(${JSON.stringify(
        join(folder, 'env.json'),
      )}, JSON.stringify(process.env));`,
    );
    const env = JSON.parse(readFileSync(join(folder, 'env.json'), 'utf8'));
    expect(env.PATH).toBe(process.env.PATH);
    expect(env.PORTAL_SECRET).toBeUndefined();
  });
});
