import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';

describe('Budget checks', () => {
  it.each<CheckCase>([
    ['latency_budget', { max_ms: 100 }, checkInput({ latencyMs: 200 }), 0.5],
    ['latency_budget', { max_ms: 100 }, checkInput({}), 0],
    [
      'cost_budget',
      { max_cost_usd: 1 },
      checkInput({ totals: { inputTokens: 1, outputTokens: 1, cost: 2 } }),
      0,
      1,
    ],
    [
      'cost_budget',
      { max_total_tokens: 2 },
      checkInput({ totals: { inputTokens: 1, outputTokens: 1, cost: 2 } }),
      1,
    ],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
