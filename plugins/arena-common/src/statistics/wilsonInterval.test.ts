import fc from 'fast-check';
import { wilsonInterval } from './wilsonInterval';

const Z = 1.959963984540054;

describe('wilsonInterval', () => {
  // Published values (Newcombe 1998, table I, method 3).
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is %d to %d', (passed, total, low, high) => {
    const interval = wilsonInterval(passed, total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  const shares = fc
    .integer({ min: 1, max: 100_000 })
    .chain(total =>
      fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)),
    );

  it('has as bounds the rates that the test of the share just does not refuse', () => {
    fc.assert(
      fc.property(shares, ([passed, total]) => {
        const { low, high } = wilsonInterval(passed, total);
        for (const bound of [low, high]) {
          if (bound === 0 || bound === 1) continue;
          const distance =
            Math.abs(passed / total - bound) /
            Math.sqrt((bound * (1 - bound)) / total);
          expect(distance).toBeCloseTo(Z, 5);
        }
      }),
    );
  });

  it('lies around the share, within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(shares, ([passed, total]) => {
        const { low, high } = wilsonInterval(passed, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(passed / total);
        expect(high).toBeGreaterThanOrEqual(passed / total);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = wilsonInterval(total - passed, total);
        expect(mirrored.low).toBeCloseTo(1 - high, 9);
      }),
    );
  });

  it.each([
    [0, 0],
    [3, 2],
    [-1, 2],
    [NaN, 2],
  ])('refuses %d in %d', (passed, total) => {
    expect(() => wilsonInterval(passed, total)).toThrow(RangeError);
  });
});
