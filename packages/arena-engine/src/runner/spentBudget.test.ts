import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { BudgetLedger } from '../load/BudgetLedger';

afterEach(removeBundles);

const write = (scenario: object) =>
  writeBundle({
    'config.arena.yaml': arena({
      scenarios: { talk: scenario },
      more: {
        judges: [{ name: 'strict', provider: 'mock' }],
        self_play: {
          persona_specs: { calm: { system_prompt: 'Play.' } },
          roles: [{ id: 'guest', provider: 'mock' }],
        },
      },
    }),
    'mock.yaml': {
      defaultResponse: 'Welcome.',
      selfplay: { calm: { defaultResponse: 'Hello.' } },
    },
  });

const TWO_TURNS = {
  turns: [
    { role: 'user', content: 'One' },
    { role: 'user', content: 'Two' },
  ],
};

/** What the whole conversation costs. */
async function costOf(folder: string): Promise<number> {
  return (await executeItem(folder)).cost;
}

describe('an item whose next call does not fit into the budget', () => {
  it('has no verdict, is not tried again, and tells what it has cost', async () => {
    const folder = await write(TWO_TURNS);
    const budget = new BudgetLedger((await costOf(folder)) * 0.9);
    const report = await executeItem(folder, { budget });
    expect(report).toMatchObject({
      status: 'errored',
      error: {
        class: 'budget',
        message: expect.stringMatching(/^Not finished: A call may cost /),
        retryable: false,
      },
    });
    expect(report.cost).toBeCloseTo(budget.spent, 12);
    expect(report.cost).toBeGreaterThan(0);
    expect(report.parsed.messages.at(-1)?.content).not.toBe('');
  });

  it('is no failed test when the call is that of a user or a judge', async () => {
    const played = await write({
      turns: [{ role: 'guest', persona: 'calm', turns: 2 }],
    });
    const judged = await write({
      ...TWO_TURNS,
      conversation_assertions: [
        { type: 'llm_judge_conversation', params: { criteria: 'Kind' } },
      ],
    });
    for (const folder of [played, judged]) {
      const whole = await costOf(folder);
      for (const part of [0, 0.2, 0.4, 0.6, 0.8, 0.95]) {
        const budget = new BudgetLedger(whole * part);
        const report = await executeItem(folder, { budget });
        expect(report).toMatchObject({
          status: 'errored',
          error: { class: 'budget' },
        });
        expect(report.cost).toBeLessThanOrEqual(whole * part);
        expect(report.cost).toBeCloseTo(budget.spent, 12);
      }
    }
  });

  it('is judged as always where all fits', async () => {
    const folder = await write(TWO_TURNS);
    const budget = new BudgetLedger((await costOf(folder)) * 1.001);
    expect((await executeItem(folder, { budget })).status).toBe('passed');
  });
});
