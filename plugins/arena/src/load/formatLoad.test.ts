import {
  formatClock,
  formatMetric,
  formatMoney,
  formatMs,
  formatRate,
} from './formatLoad';

describe('figures of load tests', () => {
  it.each([
    [undefined, '–'],
    [0, '0 ms'],
    [0.004, '<0.01 ms'],
    [0.423, '0.42 ms'],
    [41.26, '41.3 ms'],
    [999.4, '999 ms'],
    [2_314, '2.31 s'],
    [65_432, '65.4 s'],
  ])('shows %p ms as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [0, '0:00'],
    [5_900, '0:05'],
    [750_000, '12:30'],
    [3_723_000, '1:02:03'],
    [-2_000, '0:00'],
  ])('shows %p ms from the start as %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it('shows rates and money', () => {
    expect(formatRate(49.83)).toBe('49.8/s');
    expect(formatRate(1_234.4)).toBe('1,234/s');
    expect(formatMoney(0.0123, 'USD')).toBe('$0.0123');
    expect(formatMoney(12.5, 'EUR')).toBe('€12.50');
  });

  it.each([
    ['latency_p95', 0.8123, '812 ms'],
    ['error_rate', 0.0123, '1.2%'],
    ['goodput', 45.2, '45.2/s'],
    ['total_cost', 3, '$3.00'],
    ['ttft_p99', undefined, '–'],
  ])('shows a threshold on %s in its unit', (metric, value, text) => {
    expect(formatMetric(metric, value, 'USD')).toBe(text);
  });
});
