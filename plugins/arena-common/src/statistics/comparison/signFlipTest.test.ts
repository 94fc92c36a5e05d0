import fc from 'fast-check';
import { signFlipTest } from './signFlipTest';

/** The definition itself: all choices of signs. */
function bruteForce(differences: number[]): number {
  const observed = differences.reduce((a, b) => a + b, 0);
  let atMost = 0;
  const choices = 2 ** differences.length;
  for (let choice = 0; choice < choices; choice += 1) {
    let sum = 0;
    differences.forEach((d, i) => {
      sum += Math.floor(choice / 2 ** i) % 2 ? d : -d;
    });
    if (sum <= observed + 1e-9) atMost += 1;
  }
  return atMost / choices;
}

describe('signFlipTest', () => {
  it('equals trying all choices of signs', () => {
    const difference = fc
      .tuple(fc.integer({ min: -12, max: 12 }), fc.constantFrom(1, 2, 3, 4, 6))
      .map(([steps, size]) => steps / (12 * size));
    fc.assert(
      fc.property(
        fc.array(difference, { minLength: 1, maxLength: 10 }),
        differences => {
          expect(signFlipTest(differences)).toBeCloseTo(
            bruteForce(differences),
            9,
          );
        },
      ),
    );
  });

  it('is the exact test of McNemar for single trials', () => {
    // 9 of 12 changed for the worse: (1 + 12 + 66 + 220) / 2^12.
    const differences = [...Array(9).fill(-1), ...Array(3).fill(1)];
    expect(signFlipTest(differences)).toBeCloseTo(299 / 4096, 12);
  });

  it('knows no change', () => {
    expect(signFlipTest([])).toBe(1);
    expect(signFlipTest([0, 0])).toBe(1);
  });

  it('takes any number of differences in little time', () => {
    const differences = Array.from({ length: 100_000 }, (_, i) =>
      i % 10 === 0 ? -1 : Math.sin(i),
    );
    const start = performance.now();
    expect(signFlipTest(differences)).toBeLessThan(1e-9);
    expect(
      signFlipTest(differences.map((d, i) => (i % 2 ? d : -d))),
    ).toBeGreaterThan(1e-9);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
