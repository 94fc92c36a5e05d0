import { randomNumbers, simulateRun, Suite } from './__testUtils__/simulate';
import { compareRuns } from './compareRuns';

/** `npm run check:regressions` draws as many pairs of runs as the documentation speaks of; a sample does for each `npm test`. */
const isAll = process.env.ARENA_REGRESSIONS === 'all';
const PAIRS = isAll ? 1_000 : 200;

jest.setTimeout(1_800_000);

/** How many of `PAIRS` pairs of runs are called a regression. The numbers are drawn from seeds: they are always the same. */
function countRegressions(
  before: Suite,
  after: Suite,
  options: { drop?: number; seed: number },
): number {
  const { drop = 0, seed } = options;
  const random = randomNumbers(seed);
  let count = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const past = simulateRun(before, random);
    const now = simulateRun(
      { ...after, rateOf: s => Math.max(0, after.rateOf(s) - drop) },
      random,
    );
    if (compareRuns(past, now).regressed) count += 1;
  }
  return count;
}

/** What is found, told when all pairs are drawn. */
function tell(found: number[]): number[] {
  if (isAll) {
    process.stdout.write(
      `${expect.getState().currentTestName}: ${found.join(', ')}\n`,
    );
  }
  return found;
}

/** Scenarios of which most pass nearly always and some are flaky; 0.9 in the mean. */
const mixed = (s: number) => [0.99, 0.98, 0.97, 0.95, 0.9, 0.61][s % 6];
const RATES = [() => 0.5, () => 0.9, mixed];

function falseAlarms(
  scenarios: number,
  trials: readonly [number, number],
  agree: boolean,
): number[] {
  return RATES.map((rateOf, i) => {
    const [before, after] = trials.map(count => ({
      scenarios,
      trials: count,
      agree,
      rateOf,
    }));
    return countRegressions(before, after, { seed: 1_000 + i });
  });
}

/** The level of the test. */
const MOST_FALSE = 0.05 * PAIRS;

/** Scenarios, trials of the first and of the second run, and how many are false at each of the rates: of the sample, and of 1,000. */
type FalseAlarms = readonly [number, number, number, number[], number[]];

const INDEPENDENT: readonly FalseAlarms[] = [
  [1, 1, 1, [0, 0, 0], [0, 0, 0]],
  [3, 10, 10, [4, 3, 1], [31, 20, 1]],
  [9, 5, 5, [4, 2, 4], [19, 26, 17]],
  [10, 1, 1, [2, 0, 0], [13, 1, 0]],
  [20, 5, 5, [3, 4, 7], [29, 33, 22]],
  [50, 1, 1, [6, 5, 10], [28, 29, 20]],
  [50, 10, 10, [4, 16, 8], [45, 48, 35]],
  [200, 1, 1, [9, 5, 7], [33, 28, 37]],
  [9, 1, 10, [1, 0, 0], [12, 0, 0]],
  [10, 1, 5, [4, 0, 0], [6, 0, 0]],
  [10, 1, 10, [2, 0, 0], [12, 0, 0]],
  [50, 1, 10, [11, 3, 2], [39, 17, 23]],
];

/** With trials that all agree. */
const AGREEING: readonly FalseAlarms[] = [
  [10, 5, 5, [2, 0, 0], [13, 1, 0]],
  [20, 3, 3, [4, 2, 1], [26, 7, 3]],
  [20, 10, 10, [4, 2, 1], [26, 7, 3]],
  [50, 5, 5, [6, 5, 10], [28, 29, 20]],
  [50, 1, 10, [6, 5, 10], [28, 29, 20]],
];

/** The same, of too few scenarios: `docs/regressions.md` has these numbers. */
const AGREEING_FEW: readonly FalseAlarms[] = [
  [1, 5, 5, [46, 23, 2], [247, 94, 8]],
  [1, 10, 10, [46, 23, 2], [247, 94, 8]],
  [3, 5, 5, [56, 36, 10], [293, 191, 55]],
  [9, 10, 10, [69, 48, 65], [340, 322, 285]],
];

describe('runs of the same', () => {
  it.each(INDEPENDENT)(
    'are rarely called a regression: %i scenarios, %i and %i trials',
    (scenarios, before, after, sample, all) => {
      const found = falseAlarms(scenarios, [before, after], false);
      expect(tell(found)).toEqual(isAll ? all : sample);
      expect(isAll ? Math.max(...found) : 0).toBeLessThanOrEqual(MOST_FALSE);
    },
  );

  it.each(AGREEING)(
    'are so when the trials of a scenario agree, from ten scenarios on: %i scenarios, %i and %i trials',
    (scenarios, before, after, sample, all) => {
      const found = falseAlarms(scenarios, [before, after], true);
      expect(tell(found)).toEqual(isAll ? all : sample);
      expect(isAll ? Math.max(...found) : 0).toBeLessThanOrEqual(MOST_FALSE);
    },
  );

  it.each(AGREEING_FEW)(
    'are not when these agree and scenarios are few: %i scenarios, %i and %i trials',
    (scenarios, before, after, sample, all) => {
      const found = falseAlarms(scenarios, [before, after], true);
      expect(tell(found)).toEqual(isAll ? all : sample);
    },
  );

  it('are rarely called so night after night, each with the last one that was not', () => {
    const suite = { scenarios: 20, trials: 5, rateOf: mixed };
    const found = [1, 2, 3].map(seed => {
      const random = randomNumbers(seed);
      let baseline = simulateRun(suite, random);
      let count = 0;
      for (let night = 0; night < PAIRS; night += 1) {
        const run = simulateRun(suite, random);
        if (compareRuns(baseline, run).regressed) count += 1;
        else baseline = run;
      }
      return count;
    });
    expect(tell(found)).toEqual(isAll ? [28, 25, 38] : [3, 3, 11]);
  });
});

/** Scenarios, trials, and how often a loss of ten points is found: of the sample, and of 1,000. `docs/regressions.md` has the latter. */
const POWER = [
  [20, 1, 22, 85],
  [20, 5, 121, 640],
  [20, 10, 176, 887],
  [50, 1, 61, 338],
  [50, 3, 159, 777],
  [50, 5, 194, 945],
  [100, 1, 129, 637],
  [100, 3, 196, 980],
  [200, 1, 188, 915],
  [200, 3, 200, 1000],
  [500, 1, 199, 998],
] as const;

describe('a loss of ten points', () => {
  it.each(POWER)(
    'is found as often as the page says: %i scenarios, %i trials',
    (scenarios, trials, sample, all) => {
      const suite = { scenarios, trials, rateOf: mixed };
      const found = countRegressions(suite, suite, { drop: 0.1, seed: 42 });
      expect(tell([found])).toEqual(isAll ? [all] : [sample]);
    },
  );
});
