import { alignCells, CellPair } from './alignCells';
import { intervalOfMean, intervalOfTrials } from './effectInterval';
import { normalQuantile } from './normal';
import { signFlipTest } from './signFlipTest';
import { stratifiedTest } from './stratifiedTest';
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
/** Of numbers that are equal but for how they were computed. */
const ROUNDING = 1e-12;

const NO_CHANGES: Record<CellChange, number> = {
  regressed: 0,
  fixed: 0,
  worse: 0,
  better: 0,
  flaky: 0,
  unchanged: 0,
};

const NOTHING: Omit<
  RunComparison,
  'significance' | 'minEffect' | 'decideByCells' | 'confidence' | 'excluded'
> = {
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
  const steps = comparisonSteps(baseline, current, options);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * The same, for many cells and a process that has others to serve.
 *
 * @param options - `pause` is awaited between steps of some milliseconds; what it throws ends the comparison
 * @public
 */
export async function compareRunsInSteps(
  baseline: Iterable<CountedCell>,
  current: Iterable<CountedCell>,
  options: ComparisonOptions & { pause: () => Promise<void> },
): Promise<RunComparison> {
  const { pause, ...rest } = options;
  const steps = comparisonSteps(baseline, current, rest);
  let step = steps.next();
  while (!step.done) {
    await pause();
    step = steps.next();
  }
  return step.value;
}

function* comparisonSteps(
  baseline: Iterable<CountedCell>,
  current: Iterable<CountedCell>,
  options: ComparisonOptions,
): Generator<undefined, RunComparison> {
  const {
    significance = DEFAULT_SIGNIFICANCE,
    minEffect = DEFAULT_MIN_EFFECT,
    decideByCells = false,
    maxCells = DEFAULT_MAX_CELLS,
  } = options;
  check('significance', significance, significance > 0 && significance <= 0.5);
  check('minEffect', minEffect, minEffect >= 0 && minEffect <= 1);
  const { scenarios, excluded } = yield* alignCells(baseline, current);
  const pairs = scenarios.flat();
  yield;
  const tests = decideByCells ? 2 : 1;
  const level = significance / tests;
  const base = {
    significance,
    minEffect,
    decideByCells,
    confidence: 1 - 2 * level,
    excluded,
  };
  if (pairs.length === 0) return { ...NOTHING, ...base };

  const cells = yield* testCells(pairs, { significance: level, minEffect });
  const changes: RunComparison['changes'] = { ...NO_CHANGES };
  for (const { change } of cells) changes[change] += 1;
  yield;

  const differences = scenarios.map(differenceOf);
  const effect = mean(differences);
  yield;
  const isMany = scenarios.length >= MIN_SCENARIOS;
  const chance = isMany ? signFlipTest(differences) : stratifiedTest(pairs);
  yield;
  const pValue = Math.min(1, tests * chance);
  const isLoss = pValue <= significance && effect < 0;
  const decidedBy = decisionOf({
    whole: isLoss && -effect >= minEffect - ROUNDING,
    cells: decideByCells && changes.regressed > 0,
  });
  yield;
  const changedCells = cells
    .filter(({ change }) => change !== 'unchanged')
    .sort(byLoss)
    .slice(0, maxCells)
    .map(cell => ({ ...cell, pValue: Math.min(1, tests * cell.pValue) }));
  yield;
  const z = normalQuantile(1 - level);
  const interval = isMany
    ? intervalOfMean(differences, z)
    : intervalOfTrials(scenarios, z);
  return {
    scenarios: scenarios.length,
    cells: pairs.length,
    judged: {
      baseline: pairs.reduce((sum, cell) => sum + cell.baseline.judged, 0),
      current: pairs.reduce((sum, cell) => sum + cell.current.judged, 0),
    },
    passRate: {
      baseline: mean(scenarios.map(side('baseline'))),
      current: mean(scenarios.map(side('current'))),
    },
    effect,
    // It is an approximation: whether nothing has changed is for the test to say.
    interval: {
      low: interval.low,
      high: isLoss ? Math.min(interval.high, 0) : Math.max(interval.high, 0),
    },
    pValue,
    method: isMany ? 'signFlip' : 'stratified',
    ...base,
    regressed: decidedBy !== undefined,
    ...(decidedBy && { decidedBy }),
    changes,
    changedCells,
  };
}

function decisionOf(found: {
  whole: boolean;
  cells: boolean;
}): RunComparison['decidedBy'] {
  if (found.whole) return 'whole';
  return found.cells ? 'cells' : undefined;
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
