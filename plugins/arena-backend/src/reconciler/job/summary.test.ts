import { createCounters, createResults } from './__testUtils__/worlds';
import { buildSummary } from './summary';

describe('buildSummary', () => {
  it('has the keys and formats that users know', () => {
    const summary = buildSummary(
      createResults({
        counters: createCounters({
          total: 4,
          passed: 3,
          failed: 1,
          inputTokens: 5_000,
          outputTokens: 120,
          cost: 0.03123,
          durationMs: 7_360,
        }),
        totals: {
          scenarios: [
            { name: 'a', ...createCounters({ total: 2, passed: 2 }) },
            {
              name: 'b',
              ...createCounters({
                total: 2,
                passed: 1,
                failed: 1,
                durationMs: 30,
              }),
            },
          ],
          providers: [
            {
              name: 'p',
              ...createCounters({
                total: 3,
                passed: 2,
                failed: 1,
                durationMs: 10,
              }),
            },
            {
              name: 'q',
              ...createCounters({ total: 1, passed: 1, durationMs: 20 }),
            },
          ],
        },
        errors: [{ message: 'no', count: 1, items: [2] }],
      }),
      [
        { metric: 'error_rate', passed: false, text: '0.2500 < 0.1 FAIL' },
        { metric: 'error_rate', passed: true, text: '0.2500 > 0 PASS' },
      ],
    );
    const { details, ...rest } = summary;
    expect(rest).toEqual({
      passRate: '75.0',
      totalItems: '4',
      passedItems: '3',
      failedItems: '1',
      avgDurationMs: '1840',
      totalTokens: '5120',
      totalCost: '0.0312',
      'threshold:error_rate': '0.2500 < 0.1 FAIL',
      'threshold:error_rate:2': '0.2500 > 0 PASS',
      thresholds_passed: '1/2 passed',
    });
    expect(JSON.parse(details)).toEqual({
      scenarios: [
        {
          name: 'a',
          total: 2,
          passed: 2,
          failed: 0,
          passRate: 100,
          avgDurationMs: 0,
        },
        {
          name: 'b',
          total: 2,
          passed: 1,
          failed: 1,
          passRate: 50,
          avgDurationMs: 15,
        },
      ],
      providers: [
        {
          name: 'p',
          total: 3,
          passed: 2,
          failed: 1,
          passRate: 66.7,
          avgDurationMs: 3,
        },
        {
          name: 'q',
          total: 1,
          passed: 1,
          failed: 0,
          passRate: 100,
          avgDurationMs: 20,
        },
      ],
      errors: [{ message: 'no', count: 1, workItemIds: [2] }],
    });
  });

  it('leaves tokens and cost out when there were none', () => {
    const summary = buildSummary(createResults(), []);
    expect(summary).not.toHaveProperty('totalTokens');
    expect(summary).not.toHaveProperty('totalCost');
    expect(summary.passRate).toBe('0.0');
  });

  it('stays small however large the run was, and keeps the worst', () => {
    const count = 20_000;
    const scenarios = Array.from({ length: count }, (_, i) => ({
      name: `scenario-${i}-ü`,
      ...createCounters({
        total: 1,
        ...(i === count - 1 ? { failed: 1 } : { passed: 1 }),
      }),
    }));
    const { details } = buildSummary(
      createResults({
        counters: createCounters({ total: count }),
        totals: { scenarios, providers: [] },
        errors: Array.from({ length: 20 }, (_, i) => ({
          message: `${i}${'ü'.repeat(300)}`,
          count: 1,
          items: [i],
        })),
      }),
      [],
    );
    expect(Buffer.byteLength(details)).toBeLessThanOrEqual(32_768);
    const parsed = JSON.parse(details);
    expect(parsed.truncated).toBe(true);
    expect(parsed.scenarios[0]).toMatchObject({
      name: `scenario-${count - 1}-ü`,
      failed: 1,
    });
  });
});
