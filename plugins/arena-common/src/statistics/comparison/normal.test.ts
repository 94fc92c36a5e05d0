import { normalChanceUpTo, normalQuantile } from './normal';

describe('normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1.6448536269514722, 0.05],
    [-3, 0.0013498980316300933],
    [-6, 9.865876450376946e-10],
  ])('has the chances of the tables: %d', (z, chance) => {
    expect(Math.abs(normalChanceUpTo(z) / chance - 1)).toBeLessThan(3e-7);
  });

  it.each([
    [0.5, 0],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.9999, 3.719016485455709],
  ])('has the quantiles of the tables: %d', (chance, z) => {
    expect(normalQuantile(chance)).toBeCloseTo(z, 5);
  });
});
