import { cell, randomNumbers, simulateRun } from './__testUtils__/simulate';
import { compareRuns } from './compareRuns';
import { compareRunSet, compareRunSetInSteps } from './compareRunSet';
import { CountedCell } from './types';

const suite = {
  scenarios: 20,
  trials: 5,
  rateOf: (scenario: number) => (scenario % 4 === 0 ? 0.6 : 0.95),
};

const against = (baseline: CountedCell[], runs: CountedCell[][]) =>
  runs.map(current => ({ baseline, current }));

describe('compareRunSet', () => {
  it('says of one run what a comparison of two says', () => {
    const random = randomNumbers(1);
    const [before, after] = [1, 2].map(() => simulateRun(suite, random));
    const [{ whole, cells }] = compareRunSet(against(before, [after]));
    const { changes, changedCells, decideByCells, decidedBy, ...rest } =
      compareRuns(before, after, { maxCells: 1_000 });
    expect(whole).toEqual(rest);
    expect(cells.filter(({ change }) => change !== 'unchanged')).toHaveLength(
      changedCells.length,
    );
    expect(cells).toEqual(expect.arrayContaining(changedCells));
  });

  it('asks more of a cell and of a run the more runs there are', () => {
    const good = Array.from({ length: 30 }, (_, scenario) =>
      cell({ scenario, judged: 5, passed: 5 }),
    );
    const broken = good.map((one, s) =>
      s === 3 ? { ...one, passed: 0 } : one,
    );
    const worse = good.map((one, s) => (s < 6 ? { ...one, passed: 4 } : one));
    const entryOf = (runs: CountedCell[][]) =>
      compareRunSet(against(good, runs))[0];
    const changeIn = (runs: CountedCell[][]) =>
      entryOf(runs).cells.find(({ scenario }) => scenario === 'scenario-3');

    const alone = changeIn([broken]);
    expect(alone).toMatchObject({ change: 'regressed' });
    // Only cells that could show anything share the level: runs in which all is well cost nothing.
    expect(changeIn([broken, good, good])).toEqual(alone);
    const among = changeIn([
      broken,
      ...Array.from({ length: 8 }, () => broken),
    ]);
    expect(among!.pValue).toBeCloseTo(9 * alone!.pValue, 10);

    const p = entryOf([worse]).whole.pValue;
    const nine = entryOf(Array.from({ length: 9 }, () => worse)).whole;
    expect(nine.pValue).toBeCloseTo(9 * p, 10);
    expect([p <= 0.05, nine.regressed]).toEqual([true, false]);
    expect(nine.confidence).toBeCloseTo(1 - 0.1 / 9, 10);
  });

  it('calls sets of runs of the same a regression no more often than the level says, in the whole and in cells', () => {
    const random = randomNumbers(7);
    const sets = 400;
    let wholes = 0;
    let single = 0;
    for (let set = 0; set < sets; set += 1) {
      const [before, ...runs] = Array.from({ length: 5 }, () =>
        simulateRun(suite, random),
      );
      const entries = compareRunSet(against(before, runs));
      if (entries.some(({ whole }) => whole.regressed)) wholes += 1;
      if (
        entries.some(({ cells }) =>
          cells.some(({ change }) => change === 'regressed'),
        )
      ) {
        single += 1;
      }
    }
    // 0.05 and two standard deviations of a count of so many.
    const most = sets * 0.05 + 2 * Math.sqrt(sets * 0.05 * 0.95);
    expect(wholes).toBeLessThanOrEqual(most);
    expect(single).toBeLessThanOrEqual(most);
  });

  it('lets others do something in between, and ends when told to', async () => {
    const run = Array.from({ length: 5_000 }, (_, scenario) =>
      cell({ scenario, judged: 1, passed: 1 }),
    );
    let pauses = 0;
    const entries = await compareRunSetInSteps(against(run, [run, run]), {
      pause: async () => {
        pauses += 1;
      },
    });
    expect(entries.map(({ cells }) => cells.length)).toEqual([5_000, 5_000]);
    expect(pauses).toBeGreaterThan(10);
    await expect(
      compareRunSetInSteps(against(run, [run]), {
        pause: async () => {
          throw new Error('gone');
        },
      }),
    ).rejects.toThrow('gone');
  });

  it('refuses limits that make no sense', () => {
    expect(() => compareRunSet([], { significance: 0 })).toThrow(
      'significance is 0: allowed are numbers above 0 and up to 0.5',
    );
  });
});
