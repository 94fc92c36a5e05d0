import { CellPair } from './alignCells';
import { stratifiedTest } from './stratifiedTest';

function cells(count: number, trials: number, lost: number): CellPair[] {
  return Array.from({ length: count }, (_, n) => {
    const passed = 1 + (n % (trials - 1));
    return {
      scenario: `scenario-${n % 9}`,
      provider: `provider-${n}`,
      region: 'default',
      variant: 0,
      baseline: { judged: trials, passed },
      current: { judged: trials, passed: passed - (n < lost ? 1 : 0) },
    };
  });
}

describe('stratifiedTest', () => {
  it('is the exact test of Fisher for one cell', () => {
    const [cell] = cells(1, 5, 0);
    // 5 and 0 of 5: once in 10 over 5.
    cell.baseline.passed = 5;
    cell.current.passed = 0;
    expect(stratifiedTest([cell])).toBeCloseTo(1 / 252, 12);
  });

  it('goes over to the normal distribution without a jump', () => {
    // 385 cells have a variance of just below 400, 388 of just above.
    const exact = stratifiedTest(cells(385, 10, 55));
    const approximate = stratifiedTest(cells(388, 10, 55));
    expect(exact).toBeGreaterThan(0.01);
    expect(exact).toBeLessThan(0.1);
    expect(Math.abs(approximate - exact)).toBeLessThan(0.001);
  });

  it('takes the cells of very many trials in little time', () => {
    const start = performance.now();
    const chance = stratifiedTest(cells(198_000, 50, 3_000));
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(0.1);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
