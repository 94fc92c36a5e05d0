import fc from 'fast-check';
import { trialStatistics } from './trialStatistics';

/** All ways to draw `k` of the trials. */
function draws(trials: boolean[], k: number): boolean[][] {
  if (k === 0) return [[]];
  return trials.flatMap((trial, i) =>
    draws(trials.slice(i + 1), k - 1).map(rest => [trial, ...rest]),
  );
}

function share(list: boolean[][], test: (draw: boolean[]) => boolean): number {
  return list.filter(test).length / list.length;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const toGroup = (trials: boolean[]) => ({
  judged: trials.length,
  passed: trials.filter(Boolean).length,
  count: 1,
});

describe('trialStatistics', () => {
  it('equals drawing k trials in every possible way', () => {
    const groups = fc.array(fc.array(fc.boolean(), { maxLength: 8 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(groups, all => {
        const found = trialStatistics(all.map(toGroup));
        const most = Math.max(0, ...all.map(({ length }) => length));
        expect(found.map(({ k }) => k)).toEqual(
          Array.from({ length: most }, (_, i) => i + 1),
        );
        for (const { k, passAtK, passHatK, groups: counted } of found) {
          const long = all.filter(({ length }) => length >= k);
          const drawn = long.map(trials => draws(trials, k));
          expect(counted).toBe(long.length);
          expect(passAtK).toBeCloseTo(
            mean(drawn.map(list => share(list, draw => draw.some(Boolean)))),
            10,
          );
          expect(passHatK).toBeCloseTo(
            mean(drawn.map(list => share(list, draw => draw.every(Boolean)))),
            10,
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('counts equal groups as often as there are', () => {
    const one = { judged: 4, passed: 1 };
    const other = { judged: 4, passed: 4 };
    expect(
      trialStatistics([
        { ...one, count: 3 },
        { ...other, count: 1 },
      ]),
    ).toEqual(
      trialStatistics([one, one, one, other].map(g => ({ ...g, count: 1 }))),
    );
  });

  it('stays within 0 and 1, and moves the right way, for many trials', () => {
    const group = fc.integer({ min: 1, max: 20_000 }).chain(judged =>
      fc.record({
        judged: fc.constant(judged),
        passed: fc.integer({ min: 0, max: judged }),
        count: fc.constant(1),
      }),
    );
    fc.assert(
      fc.property(group, one => {
        const found = trialStatistics([one]);
        expect(found[0].passAtK).toBeCloseTo(one.passed / one.judged, 10);
        expect(found[0].passHatK).toBeCloseTo(one.passed / one.judged, 10);
        expect(found[found.length - 1]).toEqual({
          k: one.judged,
          passAtK: one.passed > 0 ? 1 : 0,
          passHatK: one.passed === one.judged ? 1 : 0,
          groups: 1,
        });
        for (const [i, { passAtK, passHatK }] of found.slice(1).entries()) {
          expect(passAtK).toBeGreaterThanOrEqual(found[i].passAtK);
          expect(passHatK).toBeLessThanOrEqual(found[i].passHatK);
        }
      }),
    );
  });

  it('lists every k to 32, then powers of two, then the last', () => {
    const ks = (judged: number) =>
      trialStatistics([{ judged, passed: 1, count: 1 }]).map(({ k }) => k);
    expect(ks(32)).toHaveLength(32);
    expect(ks(33).slice(31)).toEqual([32, 33]);
    expect(ks(200).slice(31)).toEqual([32, 64, 128, 200]);
  });

  it('says nothing when nothing is judged', () => {
    expect(trialStatistics([])).toEqual([]);
    expect(trialStatistics([{ judged: 0, passed: 0, count: 5 }])).toEqual([]);
  });
});
