import { alignCells, CellPair } from './alignCells';
import { intervalOfMean, intervalOfTrials } from './effectInterval';
import {
  chanceUpTo,
  convolve,
  Distribution,
  hypergeometric,
  repeated,
} from './hypergeometric';
import { signFlipTest } from './signFlipTest';
import { shareOf, testCells } from './testCells';
import {
  CellChange,
  ComparedCell,
  ComparisonOptions,
  CountedCell,
  RunComparison,
} from './types';

const DEFAULT_SIGNIFICANCE = 0.05;
const DEFAULT_MIN_EFFECT = 0.01;
const DEFAULT_MAX_CELLS = 50;
/** With fewer, scenarios as single observations could hardly show anything. */
const MIN_SCENARIOS = 10;
/**
 * How much of the level the whole has; single cells have the rest, so that one which breaks among many is not overlooked. At a level of
 * 5 % five scenarios that all got worse are enough for the whole, and up to four cells of five trials that broke are each found.
 */
const SHARE_OF_WHOLE = 0.65;

const NO_CHANGES: Record<CellChange, number> = {
  regressed: 0,
  fixed: 0,
  worse: 0,
  better: 0,
  flaky: 0,
  unchanged: 0,
};

const NOTHING: Omit<RunComparison, 'significance' | 'minEffect' | 'excluded'> =
  {
    scenarios: 0,
    cells: 0,
    judged: { baseline: 0, current: 0 },
    passRate: { baseline: 0, current: 0 },
    effect: 0,
    interval: { low: -1, high: 1 },
    pValue: 1,
    method: 'stratified',
    regressed: false,
    changes: NO_CHANGES,
    changedCells: [],
  };

/**
 * Compares a run with another one of the same tests.
 *
 * @remarks
 * Which of the two methods is used follows from the number of scenarios alone, never from their results. Nothing is random: the same
 * runs are always compared alike. `docs/regressions.md` says what it can find.
 *
 * @param current - in the order that scenarios are to be shown in
 * @returns with `cells` 0 when there is no cell that both have a verdict for: nothing can be said then, and `excluded` says why
 * @throws RangeError for options that make no sense
 * @public
 */
export function compareRuns(
  baseline: Iterable<CountedCell>,
  current: Iterable<CountedCell>,
  options: ComparisonOptions = {},
): RunComparison {
  const {
    significance = DEFAULT_SIGNIFICANCE,
    minEffect = DEFAULT_MIN_EFFECT,
    maxCells = DEFAULT_MAX_CELLS,
  } = options;
  check('significance', significance, significance > 0 && significance <= 0.5);
  check('minEffect', minEffect, minEffect >= 0 && minEffect <= 1);
  const { scenarios, excluded } = alignCells(baseline, current);
  const pairs = scenarios.flat();
  const base = { significance, minEffect, excluded };
  if (pairs.length === 0) return { ...NOTHING, ...base };

  const cells = testCells(pairs, {
    significance: (1 - SHARE_OF_WHOLE) * significance,
    minEffect,
  });
  const changes: RunComparison['changes'] = { ...NO_CHANGES };
  for (const { change } of cells) changes[change] += 1;

  const differences = scenarios.map(differenceOf);
  const effect = mean(differences);
  const isMany = scenarios.length >= MIN_SCENARIOS;
  const pValue = isMany ? signFlipTest(differences) : stratifiedTest(pairs);
  const before = mean(scenarios.map(side('baseline')));
  return {
    scenarios: scenarios.length,
    cells: pairs.length,
    judged: {
      baseline: pairs.reduce((sum, cell) => sum + cell.baseline.judged, 0),
      current: pairs.reduce((sum, cell) => sum + cell.current.judged, 0),
    },
    passRate: {
      baseline: before,
      current: mean(scenarios.map(side('current'))),
    },
    effect,
    interval: isMany
      ? intervalOfMean(differences)
      : intervalOfTrials(scenarios),
    pValue,
    method: isMany ? 'signFlip' : 'stratified',
    ...base,
    regressed:
      changes.regressed > 0 ||
      (pValue <= SHARE_OF_WHOLE * significance &&
        effect < 0 &&
        -effect >= minEffect),
    changes,
    changedCells: cells
      .filter(({ change }) => change !== 'unchanged')
      .sort(byLoss)
      .slice(0, maxCells),
  };
}

/** Trials dealt to the two runs at random within each cell: the chance of at most so many passes now. */
function stratifiedTest(cells: readonly CellPair[]): number {
  let passes = 0;
  // Of many cells few differ in their numbers.
  const kinds = new Map<string, { one: Distribution; count: number }>();
  for (const { baseline, current } of cells) {
    passes += current.passed;
    const total = baseline.judged + current.judged;
    const good = baseline.passed + current.passed;
    const drawn = current.judged;
    const name = `${total}/${good}/${drawn}`;
    const kind = kinds.get(name);
    if (kind) kind.count += 1;
    else {
      const one = hypergeometric({ total, good, drawn });
      kinds.set(name, { one, count: 1 });
    }
  }
  const all = [...kinds.values()].map(({ one, count }) => repeated(one, count));
  return chanceUpTo(all.reduce(convolve), passes);
}

function side(name: 'baseline' | 'current') {
  return (cells: readonly CellPair[]) =>
    mean(cells.map(cell => shareOf(cell[name])));
}

function differenceOf(cells: readonly CellPair[]): number {
  return mean(
    cells.map(({ baseline, current }) => shareOf(current) - shareOf(baseline)),
  );
}

const RANK: Record<CellChange, number> = {
  regressed: 0,
  worse: 1,
  flaky: 2,
  unchanged: 3,
  better: 4,
  fixed: 5,
};

function byLoss(a: ComparedCell, b: ComparedCell): number {
  return (
    RANK[a.change] - RANK[b.change] ||
    shareOf(a.current) -
      shareOf(a.baseline) -
      (shareOf(b.current) - shareOf(b.baseline)) ||
    a.pValue - b.pValue
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function check(name: string, value: number, isAllowed: boolean): void {
  if (isAllowed) return;
  throw new RangeError(
    `${name} is ${value}: allowed are ${
      name === 'significance'
        ? 'numbers above 0 and up to 0.5'
        : 'numbers from 0 to 1'
    }`,
  );
}
