import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { reportFaults } from './__testUtils__/reportFaults';

jest.setTimeout(60_000);

const LIMIT_MS = 500;

afterEach(removeBundles);

const steps = (more: Record<string, unknown>) => ({
  workflow: {
    entry: 'a',
    states: {
      a: {
        prompt_task: 'chat',
        orchestration: 'composition',
        composition: 'c',
        terminal: true,
      },
    },
  },
  compositions: { c: { steps: [more] } },
});

/** Nothing in these waits for anything: they end only where the engine lets its clock have a say. */
const ENDLESS: Array<
  [string, Record<string, unknown>, Record<string, unknown>]
> = [
  [
    'a simulated user who never has enough',
    { turns: [{ role: 'player', persona: 'p', turns: 1_000_000_000 }] },
    {
      self_play: {
        persona_specs: { p: { description: 'Talks' } },
        roles: [{ id: 'player', provider: 'mock' }],
      },
    },
  ],
  [
    'a step that is tried for ever',
    {},
    steps({
      id: 's',
      kind: 'prompt',
      prompt_task: 'chat',
      output_schema: { type: 'object' },
      modifiers: { retry: { max_attempts: 1_000_000_000 } },
    }),
  ],
  [
    'a tool that fails for ever',
    {},
    steps({
      id: 's',
      kind: 'tool',
      tool: 'memory__nothing',
      modifiers: { retry: { max_attempts: 1_000_000_000 } },
    }),
  ],
];

it.each(ENDLESS)('ends with its time: %s', async (_, scenario, more) => {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        talk: {
          turns: [{ role: 'user', content: 'Hi' }],
          tool_policy: {
            tool_choice: 'auto',
            max_tool_calls_per_turn: 0,
            max_total_tool_calls: 0,
            max_rounds: 1_000_000_000,
            max_cost_usd: 1_000_000_000,
          },
          ...scenario,
        },
      },
      more,
    }),
    'mock.yaml': { defaultResponse: 'Hello' },
  });
  const report = await executeItem(folder, { itemTimeoutMs: LIMIT_MS });
  expect(reportFaults(report)).toEqual([]);
  expect(report).toMatchObject({
    status: 'errored',
    error: { class: 'timeout' },
    message: expect.stringContaining(`longer than ${LIMIT_MS} ms`),
  });
});
