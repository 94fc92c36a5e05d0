import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runArena } from '../__testUtils__/spawnArena';

jest.setTimeout(60_000);

const SCENARIOS = Array.from({ length: 12 }, (_, n) => `case-${n}`);

describe('arena compare', () => {
  let folder: string;

  const arena = (...args: string[]) => runArena(args, { cwd: folder });

  /** Runs a bundle of which the model gives the wrong answer to the first few scenarios. */
  async function run(out: string, broken: number) {
    const bundle = join(folder, `bundle-${out}`);
    mkdirSync(bundle);
    const write = (name: string, content: object) =>
      writeFileSync(join(bundle, name), JSON.stringify(content));
    write('config.arena.yaml', {
      apiVersion: 'promptkit.altairalabs.ai/v1alpha1',
      kind: 'Arena',
      metadata: { name: 'support' },
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
            type: 'mock',
            additional_config: { mock_config: 'mock.yaml' },
          },
        },
        scenario_specs: Object.fromEntries(
          SCENARIOS.map(id => [
            id,
            {
              task_type: 'chat',
              description: id,
              turns: [
                {
                  role: 'user',
                  content: 'Which one?',
                  assertions: [
                    { type: 'contains', params: { patterns: ['right'] } },
                  ],
                },
              ],
            },
          ]),
        ),
      },
    });
    write('mock.yaml', {
      scenarios: Object.fromEntries(
        SCENARIOS.map((id, n) => [
          id,
          { turns: { 1: n < broken ? 'wrong' : 'right' } },
        ]),
      ),
    });
    await arena('run', '-c', bundle, '--strict', '--out', out);
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-compare-'));
    await run('good', 0);
    await run('bad', 7);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ends with status 1 for a regression, and names the cells', async () => {
    const { code, stdout } = await arena('compare', 'good', 'bad');
    expect(code).toBe(1);
    expect(stdout).toContain(
      'Regression\nCompared:  12 cells of 12 scenarios; 0 scenarios are new, 0 gone, 0 edited\nPassed:    100.0 % before, 41.7 % now\nChange:    -58.3 points',
    );
    expect(stdout).toMatch(/p = 0\.0078/);
    expect(stdout).toMatch(/case-6 +model +1\/1 +0\/1 +worse/);
    expect(stdout).not.toMatch(/case-7 /);
  });

  it('ends with status 0 for what is not worse, and prints JSON', async () => {
    const { code, stdout } = await arena(
      ...['compare', 'bad', 'good', '--output', 'json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      regressed: false,
      changes: { better: 7 },
    });
  });

  it.each([
    [['good', 'bad', '--significance', '2'], /--significance: '2'/],
    [['good', 'bad', '--min-effect', 'x'], /--min-effect: 'x'/],
    [['good', 'nightly'], /nightly is no folder with a results.json/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await arena('compare', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
