import { cell } from './__testUtils__/simulate';
import { compareRuns, compareRunsInSteps } from './compareRuns';

const many = (count: number, judged: number, passedOf: (s: number) => number) =>
  Array.from({ length: count }, (_, scenario) =>
    cell({ scenario, judged, passed: passedOf(scenario) }),
  );

describe('compareRuns', () => {
  it('finds nothing in a run that is compared with itself', () => {
    const run = many(40, 5, s => s % 6);
    expect(compareRuns(run, run)).toMatchObject({
      scenarios: 40,
      cells: 40,
      effect: 0,
      pValue: 1,
      regressed: false,
      changes: { regressed: 0, fixed: 0, worse: 0, better: 0 },
    });
  });

  it('finds scenarios that broke, of one trial each', () => {
    const result = compareRuns(
      many(50, 1, () => 1),
      many(50, 1, s => (s < 6 ? 0 : 1)),
    );
    expect(result).toMatchObject({
      method: 'signFlip',
      // All six changed for the worse: once in 2^6.
      pValue: 1 / 64,
      regressed: true,
      changes: { worse: 6, unchanged: 44 },
    });
    expect(result.effect).toBeCloseTo(-0.12, 10);
    expect(result.interval.low).toBeLessThan(-0.12);
    expect(result.interval.high).toBeLessThan(0);
    expect(result.changedCells.map(({ scenario }) => scenario)).toContain(
      'scenario-3',
    );
  });

  it('takes few changes that chance explains for no regression', () => {
    const result = compareRuns(
      many(50, 1, () => 1),
      many(50, 1, s => (s < 3 ? 0 : 1)),
    );
    expect(result.pValue).toBe(1 / 8);
    expect(result.regressed).toBe(false);
  });

  it('does not count an improvement against the run', () => {
    const result = compareRuns(
      many(50, 1, s => (s < 10 ? 0 : 1)),
      many(50, 1, () => 1),
    );
    expect(result).toMatchObject({ pValue: 1, regressed: false });
    expect(result.effect).toBeCloseTo(0.2, 10);
    expect(result.changes.better).toBe(10);
  });

  describe('when a single cell breaks among many', () => {
    const before = many(100, 10, () => 10);
    const after = many(100, 10, s => (s === 7 ? 0 : 10));

    it('names it, and lets the whole decide', () => {
      const result = compareRuns(before, after);
      expect(result).toMatchObject({
        pValue: 0.5,
        confidence: 0.9,
        regressed: false,
        changes: { regressed: 1, unchanged: 99 },
      });
      expect(result.decidedBy).toBeUndefined();
      expect(result.changedCells).toEqual([
        expect.objectContaining({
          scenario: 'scenario-7',
          change: 'regressed',
          baseline: { judged: 10, passed: 10 },
          current: { judged: 10, passed: 0 },
        }),
      ]);
      // Once in 20 over 10; no other cell could show anything.
      expect(result.changedCells[0].pValue).toBeCloseTo(1 / 184_756, 12);
    });

    it('decides by it where cells are to', () => {
      const result = compareRuns(before, after, { decideByCells: true });
      expect(result).toMatchObject({
        pValue: 1,
        confidence: 0.95,
        regressed: true,
        decidedBy: 'cells',
      });
      expect(result.changedCells[0].pValue).toBeCloseTo(2 / 184_756, 12);
    });
  });

  it('has an interval that agrees with the test about zero', () => {
    for (let lost = 0; lost < 12; lost += 1) {
      for (let won = 0; won < 12 - lost; won += 1) {
        const { interval, pValue, effect, significance } = compareRuns(
          many(12, 1, s => (s < lost ? 1 : 0)),
          many(12, 1, s => (s >= lost && s < lost + won ? 1 : 0)),
        );
        const isLoss = pValue <= significance && effect < 0;
        expect(isLoss ? -interval.high : interval.high).toBeGreaterThanOrEqual(
          0,
        );
      }
    }
  });

  it('has a wider interval when less is to be called a regression', () => {
    const lowOf = (significance: number) =>
      compareRuns(
        many(50, 1, () => 1),
        many(50, 1, s => (s < 6 ? 0 : 1)),
        { significance },
      ).interval.low;
    expect(lowOf(0.01)).toBeLessThan(lowOf(0.05));
    expect(lowOf(0.05)).toBeLessThan(lowOf(0.5));
  });

  it('takes as many trials of a cell from either run', () => {
    const result = compareRuns(
      many(40, 1, () => 1),
      many(40, 10, () => 5),
    );
    expect(result.judged).toEqual({ baseline: 40, current: 40 });
    // Half of the trials pass: so do, in about half of the cells, those that are taken.
    expect(result.passRate.current).toBeGreaterThan(0.3);
    expect(result.passRate.current).toBeLessThan(0.7);
    expect(
      result.changedCells.every(
        ({ baseline, current }) => baseline.judged + current.judged === 2,
      ),
    ).toBe(true);
  });

  it('goes in steps that others can go between, to the same result', async () => {
    const before = many(20_000, 5, s => s % 6);
    const after = many(20_000, 5, s => (s + 1) % 6);
    let longest = 0;
    let last = performance.now();
    const pause = async () => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    };
    const result = await compareRunsInSteps(before, after, { pause });
    expect(result).toEqual(compareRuns(before, after));
    expect(longest).toBeLessThan(500);
    const stop = async () => {
      throw new Error('stopped');
    };
    await expect(
      compareRunsInSteps(before, after, { pause: stop }),
    ).rejects.toThrow('stopped');
  });

  it('tells flaky cells from those that regressed', () => {
    const result = compareRuns(
      many(20, 5, s => (s === 0 ? 3 : 5)),
      many(20, 5, s => (s === 0 ? 2 : 5)),
    );
    expect(result.regressed).toBe(false);
    expect(result.changes).toMatchObject({ flaky: 1, unchanged: 19 });
  });

  it('uses the trials of few scenarios', () => {
    const result = compareRuns(
      many(3, 40, () => 38),
      many(3, 40, () => 30),
    );
    expect(result.method).toBe('stratified');
    expect(result.pValue).toBeLessThan(0.001);
    expect(result.regressed).toBe(true);
  });

  it('cannot say anything of a single trial', () => {
    expect(
      compareRuns(
        many(1, 1, () => 1),
        many(1, 1, () => 0),
      ),
    ).toMatchObject({
      effect: -1,
      pValue: 0.5,
      regressed: false,
      changes: { worse: 1 },
    });
  });

  it('leaves out losses that are too small to matter', () => {
    const before = many(2_000, 1, () => 1);
    const after = many(2_000, 1, s => (s < 15 ? 0 : 1));
    expect(compareRuns(before, after).regressed).toBe(false);
    const strict = compareRuns(before, after, { minEffect: 0.005 });
    expect(strict.regressed).toBe(true);
    expect(strict.pValue).toBeCloseTo(2 ** -15, 10);
  });

  it('compares what both runs have, and tells the rest', () => {
    const result = compareRuns(
      [
        ...many(12, 1, () => 1),
        { ...cell({ scenario: 50, judged: 1, passed: 1 }) },
        { ...cell({ scenario: 60, judged: 1, passed: 1 }) },
        cell({ scenario: 0, provider: 9, judged: 1, passed: 1 }),
      ],
      [
        ...many(12, 1, () => 1),
        {
          ...cell({ scenario: 50, judged: 1, passed: 0 }),
          scenarioKey: 'edited',
        },
        cell({ scenario: 70, judged: 1, passed: 0 }),
        cell({ scenario: 1, provider: 3, judged: 0, passed: 0 }),
      ],
    );
    expect(result).toMatchObject({ scenarios: 12, cells: 12, effect: 0 });
    expect(result.excluded).toEqual({
      added: 1,
      gone: 1,
      edited: 1,
      unmatchedCells: 2,
      examples: {
        added: ['scenario-70'],
        gone: ['scenario-60'],
        edited: ['scenario-50'],
      },
    });
  });

  it('says so when there is nothing in common', () => {
    expect(
      compareRuns(
        many(2, 1, () => 1),
        [],
      ),
    ).toMatchObject({
      cells: 0,
      regressed: false,
      excluded: { gone: 2 },
    });
  });

  it('lists as many cells as wanted, the worst first', () => {
    const result = compareRuns(
      many(30, 4, () => 4),
      many(30, 4, s => (s === 4 ? 0 : 3 + (s % 2))),
      { maxCells: 3 },
    );
    expect(result.changedCells).toHaveLength(3);
    expect(result.changedCells[0]).toMatchObject({
      scenario: 'scenario-4',
      change: 'regressed',
    });
    expect(result.changes.flaky).toBe(14);
  });

  it.each([
    [{ significance: 0 }, /significance is 0/],
    [{ significance: 0.6 }, /significance is 0.6/],
    [{ minEffect: -0.1 }, /minEffect is -0.1/],
  ])('refuses %j', (options, message) => {
    expect(() => compareRuns([], [], options)).toThrow(message);
  });
});
