import {
  mostExpected,
  randomNumbers,
  simulateRun,
  Suite,
} from './__testUtils__/simulate';
import { compareRuns } from './compareRuns';

/** `npm run check:regressions` draws as many pairs of runs as the documentation speaks of; a sample does for each `npm test`. */
const isAll = process.env.ARENA_REGRESSIONS === 'all';
const PAIRS = isAll ? 1_000 : 200;
const LEVEL = 0.05;

jest.setTimeout(1_800_000);

/** How many of `PAIRS` pairs of runs are called a regression. */
function countRegressions(suite: Suite, drop: number, seed: number): number {
  const random = randomNumbers(seed);
  let count = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const before = simulateRun(suite, random);
    const after = simulateRun(
      { ...suite, rateOf: s => Math.max(0, suite.rateOf(s) - drop) },
      random,
    );
    if (compareRuns(before, after).regressed) count += 1;
  }
  return count;
}

function tell(line: string): void {
  if (isAll) process.stdout.write(`${line}\n`);
}

/** Scenarios of which most pass nearly always and some are flaky; 0.9 in the mean. */
const mixed = (s: number) => [0.99, 0.98, 0.97, 0.95, 0.9, 0.61][s % 6];
const SIZES = [
  [1, 1],
  [3, 10],
  [9, 5],
  [10, 1],
  [20, 5],
  [50, 1],
  [50, 10],
  [200, 1],
] as const;

describe('runs of the same', () => {
  it.each(SIZES)(
    'are rarely called a regression: %i scenarios, %i trials',
    (scenarios, trials) => {
      const rates = [() => 0.5, () => 0.9, mixed];
      const most = mostExpected(LEVEL, PAIRS);
      rates.forEach((rateOf, i) => {
        const suite = { scenarios, trials, rateOf };
        const found = countRegressions(suite, 0, 1_000 + i);
        tell(`${scenarios} scenarios, ${trials} trials: ${found} false`);
        expect(found).toBeLessThanOrEqual(most);
      });
    },
  );

  it('are so when the few trials of a scenario always agree, from ten scenarios on', () => {
    // One draw decides all trials of a scenario: they are not independent, scenarios are.
    const random = randomNumbers(7);
    let count = 0;
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const run = () =>
        simulateRun(
          { scenarios: 20, trials: 1, rateOf: () => 0.8 },
          random,
        ).map(cell => ({ ...cell, judged: 3, passed: 3 * cell.passed }));
      if (compareRuns(run(), run()).regressed) count += 1;
    }
    expect(count).toBeLessThanOrEqual(mostExpected(LEVEL, PAIRS));
  });
});

/** Scenarios, trials, and the power that `docs/regressions.md` states for a loss of ten points, in percent. */
const POWER = [
  [20, 1, 7],
  [20, 5, 54],
  [20, 10, 85],
  [50, 1, 25],
  [50, 3, 70],
  [50, 5, 92],
  [100, 1, 56],
  [100, 3, 96],
  [200, 1, 87],
  [200, 3, 99],
  [500, 1, 99],
] as const;

describe('a loss of ten points', () => {
  it.each(POWER)(
    'is found as the page says: %i scenarios, %i trials, %i %%',
    (scenarios, trials, stated) => {
      const found = countRegressions(
        { scenarios, trials, rateOf: mixed },
        0.1,
        42,
      );
      const power = (100 * found) / PAIRS;
      tell(`${scenarios} scenarios, ${trials} trials: ${power} %`);
      // Three deviations of the sample below what is stated.
      const margin =
        300 * Math.sqrt(((stated / 100) * (1 - stated / 100)) / PAIRS);
      expect(power).toBeGreaterThanOrEqual(stated - margin);
    },
  );
});
