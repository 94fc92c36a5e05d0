import * as fc from 'fast-check';
import { downsample, Point } from './downsample';
import { linePath } from './linePath';
import { timeTicks, valueTicks } from './ticks';

describe('downsample', () => {
  it('keeps the smallest and the largest value, the order, and so many points at most', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.option(fc.integer({ min: 0, max: 1_000 }), { nil: undefined }),
          {
            minLength: 1,
            maxLength: 500,
          },
        ),
        fc.integer({ min: 2, max: 60 }),
        (values, most) => {
          const points = values.map((y, x): Point => [x, y]);
          const kept = downsample(points, most);
          expect(kept.length).toBeLessThanOrEqual(Math.max(most, 2));
          kept.forEach(point => expect(points[point[0]]).toBe(point));
          const xs = kept.map(([x]) => x);
          expect(xs).toEqual([...new Set(xs)].sort((a, b) => a - b));
          const known = (list: readonly Point[]) =>
            list.flatMap(([, y]) => (y === undefined ? [] : [y]));
          const [all, some] = [known(points), known(kept)];
          expect(some.length > 0).toBe(all.length > 0);
          if (all.length === 0) return;
          expect(Math.max(...some)).toBe(Math.max(...all));
          expect(Math.min(...some)).toBe(Math.min(...all));
        },
      ),
    );
  });

  it('leaves a gap that is longer than what becomes one point', () => {
    const points = Array.from(
      { length: 100 },
      (_, x): Point => [x, x >= 40 && x < 60 ? undefined : 1],
    );
    const kept = downsample(points, 20);
    expect(kept.some(([x, y]) => x >= 40 && x < 60 && y === undefined)).toBe(
      true,
    );
  });
});

describe('linePath', () => {
  const scale = { x: (x: number) => x * 10, y: (y: number) => 100 - y };

  it('joins what is together, and shows what is alone as a dot', () => {
    const path = linePath(
      [
        [0, 1],
        [1, 2.26],
        [2, undefined],
        [3, 5],
        [4, undefined],
      ],
      scale,
    );
    expect(path).toEqual({ line: 'M0,99L10,97.7', dots: 'M30,95h0' });
  });

  it('is empty without a value', () => {
    expect(linePath([[0, undefined]], scale)).toEqual({ line: '', dots: '' });
  });
});

describe('ticks', () => {
  it.each([
    [0, ['0', '1']],
    [1, ['0', '0.25', '0.5', '0.75', '1']],
    [7.3, ['0', '2', '4', '6', '8']],
    [80, ['0', '20', '40', '60', '80']],
    [2_600, ['0', '1,000', '2,000', '3,000']],
    [9.9e6, ['0', '2.5M', '5M', '7.5M', '10M']],
  ])('of values up to %d are round', (most, labels) => {
    expect(valueTicks(most).map(({ label }) => label)).toEqual(labels);
  });

  it('reach the largest value, with few steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), most => {
        const ticks = valueTicks(most);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks[ticks.length - 1].at).toBeGreaterThanOrEqual(
          most * (1 - 1e-9),
        );
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(
          ticks.length,
        );
      }),
    );
  });

  it.each([
    [1, ['0:00', '0:01']],
    [90, ['0:00', '0:15', '0:30', '0:45', '1:00', '1:15', '1:30']],
    [3_600, ['0:00', '10:00', '20:00', '30:00', '40:00', '50:00', '1:00:00']],
  ])('of %d seconds are round', (end, labels) => {
    expect(timeTicks(end).map(({ label }) => label)).toEqual(labels);
  });

  it('of many days are few', () => {
    expect(timeTicks(40 * 86_400).length).toBeLessThanOrEqual(10);
  });
});
