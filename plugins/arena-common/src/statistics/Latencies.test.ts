import fc from 'fast-check';
import { EXACT_UP_TO, Latencies } from './Latencies';
import { RELATIVE_ERROR } from './LogHistogram';

const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

function statisticsOf(values: number[]) {
  const latencies = new Latencies();
  values.forEach(value => latencies.add(value));
  return latencies.statistics!;
}

/** The definition itself: the smallest value that the share does not exceed. */
function bruteForce(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find(
    value =>
      values.filter(other => other <= value).length >= share * values.length,
  )!;
}

describe('Latencies', () => {
  const value = fc.oneof(
    fc.constant(0),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
    fc.integer({ min: 0, max: 300 }),
  );

  it('are exact for few values', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), values => {
        const found = statisticsOf(values);
        expect(found.count).toBe(values.length);
        for (const [name, share] of Object.entries(SHARES)) {
          expect(found[name as keyof typeof SHARES]).toBe(
            bruteForce(values, share),
          );
        }
      }),
    );
  });

  it('are within the error for many values', () => {
    const many = fc.array(value, {
      minLength: EXACT_UP_TO + 1,
      maxLength: EXACT_UP_TO + 200,
    });
    fc.assert(
      fc.property(many, values => {
        const found = statisticsOf(values);
        const sorted = Float64Array.from(values).sort();
        for (const [name, share] of Object.entries(SHARES)) {
          const exact = sorted[Math.ceil(share * values.length) - 1];
          const error = Math.abs(found[name as keyof typeof SHARES] - exact);
          expect(error).toBeLessThanOrEqual(exact * RELATIVE_ERROR + 1e-6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('say nothing about nothing', () => {
    expect(new Latencies().statistics).toBeUndefined();
  });
});
