import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packEntries, packFolder } from '../__testUtils__/packBundle';
import { runArena, spawnArena } from '../__testUtils__/spawnArena';

const FIXTURE = resolve(__dirname, '../__fixtures__/bundles/greeter');

jest.setTimeout(60_000);

describe('arena plan-run', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plan-run-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function plan(request: unknown) {
    const input =
      typeof request === 'string' ? request : JSON.stringify(request);
    const exit = await runArena(['plan-run'], {
      input,
      env: { TMPDIR: folder },
    });
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(exit.stdout);
  }

  it('plans an archive and leaves nothing behind', async () => {
    const archive = join(folder, 'bundle.tar.gz');
    writeFileSync(archive, await packFolder(FIXTURE));
    const reply = await plan({
      archive,
      arenaFile: 'config.arena.yaml',
      compat: false,
      options: { trials: 3, exclude: ['says-*'] },
    });
    expect(reply).toMatchObject({
      ok: true,
      plan: { version: 1, total: 3, scenarios: [{ id: 'greets', trials: 3 }] },
      providerGroups: ['default'],
      scenarioIds: ['greets', 'says-bye'],
      warnings: [],
    });
    expect(readdirSync(folder)).toEqual(['bundle.tar.gz']);
  });

  it('answers what is wrong with a bundle, with its place', async () => {
    const archive = join(folder, 'bundle.tar.gz');
    writeFileSync(
      archive,
      await packEntries([
        {
          name: 'config.arena.yaml',
          content: 'kind: Arena\nspec:\n  providrs: []\n',
        },
      ]),
    );
    const reply = await plan({ archive });
    expect(reply).toMatchObject({ ok: false, reason: 'InvalidBundle' });
    expect(reply.problems).toContainEqual(
      expect.objectContaining({ file: 'config.arena.yaml', line: 3 }),
    );
  });

  it('answers what is in a bundle, and what is wrong with it', async () => {
    const archive = join(folder, 'bundle.tar.gz');
    writeFileSync(archive, await packFolder(FIXTURE));
    const { ok, description } = await plan({ archive, describe: true });
    expect(ok).toBe(true);
    expect(description).toMatchObject({
      arenaFile: 'config.arena.yaml',
      problems: [],
      scenarios: [{ id: 'greets', turns: 1 }, { id: 'says-bye' }],
    });
    expect(description.providers[0]).toMatchObject({ type: 'mock' });

    writeFileSync(
      archive,
      await packEntries([
        { name: 'a.yaml', content: 'kind: Arena\nspec:\n  providrs: []\n' },
      ]),
    );
    expect(
      await plan({ archive, describe: true, arenaFile: 'a.yaml' }),
    ).toMatchObject({
      ok: true,
      description: {
        arenaFile: 'a.yaml',
        scenarios: [],
        problems: expect.arrayContaining([
          expect.objectContaining({ file: 'a.yaml', line: 3, column: 3 }),
        ]),
      },
    });
  });

  it('answers what is wrong with the selection', async () => {
    expect(
      await plan({ directory: FIXTURE, options: { include: ['nothing-*'] } }),
    ).toMatchObject({ ok: false, reason: 'NoScenarios', problems: [] });
  });

  it('answers what a load test cannot be made of', async () => {
    const loadTest = (mix: object[], hasBudget: boolean) =>
      plan({ directory: FIXTURE, options: { loadTest: { mix, hasBudget } } });
    expect(await loadTest([], true)).toMatchObject({ ok: true });
    const reply = await loadTest([{ scenario: 'nobody', weight: 1 }], false);
    expect(reply).toMatchObject({ ok: false, reason: 'InvalidMix' });
    expect(reply.message).toContain('nobody');
  });

  it('answers what is wrong with the archive', async () => {
    const archive = join(folder, 'bundle.tar.gz');
    writeFileSync(archive, await packEntries([{ name: '../x', content: '' }]));
    expect(await plan({ archive })).toMatchObject({
      ok: false,
      reason: 'InvalidArchive',
      message: "The archive's entry '../x' does not stay inside the bundle",
    });
    expect(readdirSync(folder)).toEqual(['bundle.tar.gz']);
  });

  it('gets itself ready while it waits for its request, and leaves nothing behind', async () => {
    const { child, exited } = spawnArena(['plan-run'], {
      env: { TMPDIR: folder },
      ipc: true,
    });
    const rehearsed = () => readdirSync(folder).length > 0;
    while (!rehearsed()) await new Promise(done => setTimeout(done, 5));
    while (rehearsed()) await new Promise(done => setTimeout(done, 5));
    child.stdin!.end(JSON.stringify({ directory: FIXTURE }));
    const exit = await exited;
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(exit.stdout)).toMatchObject({ ok: true });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends without a word when no request comes', async () => {
    expect(await runArena(['plan-run'], { input: '' })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '',
    });
  });

  it('ends when it cannot get itself ready: whoever asks it would wait in vain', async () => {
    const { exited } = spawnArena(['plan-run'], {
      env: { TMPDIR: join(folder, 'missing') },
      ipc: true,
    });
    expect(await exited).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('missing'),
    });
  });

  it.each([
    ['no JSON', '{', /is not JSON/],
    ['no source', {}, /exactly one of archive and directory/],
    [
      'a field that it does not know',
      { directory: FIXTURE, options: { scenarios: [] } },
      /options: Unrecognized key: "scenarios"/,
    ],
  ])('refuses a request with %s', async (_, request, message) => {
    const reply = await plan(request);
    expect(reply).toMatchObject({ ok: false, reason: 'InvalidRequest' });
    expect(reply.message).toMatch(message);
  });
});
