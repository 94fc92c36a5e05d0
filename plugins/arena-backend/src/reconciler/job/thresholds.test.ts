import { ArenaThreshold } from '@backstage-arena/plugin-arena-common';
import { createCounters, createResults } from './__testUtils__/worlds';
import { evaluateThresholds } from './thresholds';

const results = createResults({
  counters: createCounters({
    total: 4,
    passed: 3,
    failed: 1,
    cost: 0.5,
    durationMs: 4_000,
  }),
  times: {
    latencyMs: Float64Array.from([100, 200, 300, 3_400]),
    ttftMs: Float64Array.from([]),
    rateLimited: 1,
  },
});

describe('evaluateThresholds', () => {
  it.each<[ArenaThreshold['metric'], '<' | '<=' | '>' | '>=', string, string]>([
    ['error_rate', '<', '0.1', '0.2500 < 0.1 FAIL'],
    ['error_rate', '<=', '0.25', '0.2500 <= 0.25 PASS'],
    ['pass_rate', '>=', '0.75', '0.7500 >= 0.75 PASS'],
    ['pass_rate', '>', '0.75', '0.7500 > 0.75 FAIL'],
    ['total_cost', '<', '0.50', '0.50 < 0.50 FAIL'],
    ['latency_avg', '<=', '1s', '1.00s <= 1s PASS'],
    ['latency_p50', '<=', '200ms', '200ms <= 200ms PASS'],
    ['latency_p90', '<', '3', '3.40s < 3 FAIL'],
    ['latency_p99', '<', '1m', '3.40s < 1m PASS'],
    ['rate_limit_rate', '<', '0.5', '0.2500 < 0.5 PASS'],
    ['ttft_p95', '<', '1s', 'no-data < 1s FAIL'],
    ['ttft_avg', '>', '0', 'no-data > 0 FAIL'],
    ['pass_rate', '>', 'ten', '0.7500 > unreadable(ten) FAIL'],
    ['pass_rate', '>', '10s', '0.7500 > unreadable(10s) FAIL'],
  ])('%s %s %s', (metric, operator, value, expected) => {
    const [verdict] = evaluateThresholds(
      [{ metric, operator, value }],
      results,
    );
    expect(verdict.text).toBe(expected);
    expect(verdict.passed).toBe(expected.endsWith('PASS'));
  });

  it.each<ArenaThreshold['metric']>([
    'pass_rate',
    'error_rate',
    'total_cost',
    'latency_avg',
    'latency_p95',
    'rate_limit_rate',
  ])('%s fails in either direction when nothing was run', metric => {
    const empty = createResults({ counters: createCounters({ total: 0 }) });
    const verdicts = evaluateThresholds(
      [
        { metric, operator: '>=', value: '0' },
        { metric, operator: '<=', value: '1' },
      ],
      empty,
    );
    expect(verdicts.map(v => v.passed)).toEqual([false, false]);
  });
});
