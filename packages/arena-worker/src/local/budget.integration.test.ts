import { MockLlm, startMockLlm } from '@backstage-arena/arena-devcluster';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runArena } from '../__testUtils__/spawnArena';

jest.setTimeout(60_000);

const api = 'promptkit.altairalabs.ai/v1alpha1';

describe('arena run of an evaluation within a budget', () => {
  let folder: string;
  let model: MockLlm;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-budget-test-'));
    model = await startMockLlm({ latencyMs: 2 });
    mkdirSync(join(folder, 'bundle'));
    writeFileSync(
      join(folder, 'bundle/config.arena.yaml'),
      JSON.stringify({
        apiVersion: api,
        kind: 'Arena',
        metadata: { name: 'priced' },
        spec: {
          defaults: { concurrency: 3, max_tokens: 20 },
          providers: [],
          provider_specs: {
            model: {
              type: 'openai',
              model: 'm',
              base_url: model.url,
              pricing: { input_cost_per_1k: 1, output_cost_per_1k: 2 },
            },
          },
          prompt_specs: {
            chat: {
              task_type: 'chat',
              version: 'v1',
              description: 'Chat',
              system_template: 'You help.',
            },
          },
          scenario_specs: {
            talk: {
              task_type: 'chat',
              description: 'Talk',
              turns: [{ role: 'user', content: 'Hi' }],
            },
          },
        },
      }),
    );
  });

  afterAll(async () => {
    await model.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(budgetLimit: string) {
    writeFileSync(
      join(folder, 'job.yaml'),
      JSON.stringify({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name: 'talk' },
        spec: {
          sourceRef: { name: 'talk' },
          type: 'evaluation',
          trials: 40,
          evaluation: { budgetLimit },
        },
      }),
    );
    const before = model.calls.length;
    const exit = await runArena(
      ['run', '-f', 'job.yaml', '-c', 'bundle', '--ci'],
      { cwd: folder },
    );
    const charged = model.calls
      .slice(before)
      .reduce(
        (sum, { usage }) =>
          sum + (usage ? usage.input / 1_000 + usage.output / 500 : 0),
        0,
      );
    const { summary } = JSON.parse(
      readFileSync(join(folder, 'out/results.json'), 'utf8'),
    );
    return { exit, charged, summary, calls: model.calls.length - before };
  }

  it('begins nothing any more once a call does not fit, and has not passed', async () => {
    const { exit, charged, summary, calls } = await run('1.00');
    expect(charged).toBeLessThanOrEqual(1);
    expect(charged).toBeGreaterThan(0.3);
    expect(summary.cost).toBeCloseTo(charged, 9);
    expect(summary).toMatchObject({ passed: calls, failed: 0 });
    expect(summary.errored).toBeGreaterThan(0);
    expect(summary.total).toBeLessThan(40);
    expect(exit.code).toBe(1);
    expect(exit.stdout).toContain(
      `The budget of 1 USD is used up: ${
        40 - summary.total
      } items were not run`,
    );
  });

  it('costs what it costs where the budget suffices', async () => {
    const { exit, charged, summary } = await run('100');
    expect(exit.code).toBe(0);
    expect(summary).toMatchObject({ total: 40, passed: 40 });
    expect(summary.cost).toBeCloseTo(charged, 9);
  });
});
