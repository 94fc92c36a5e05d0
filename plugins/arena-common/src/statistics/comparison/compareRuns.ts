import { alignCells } from './alignCells';
import { checkedLimits } from './checkedLimits';
import { compareWhole } from './compareWhole';
import { shareOf, testCells } from './testCells';
import {
  CellChange,
  ComparedCell,
  ComparisonOptions,
  CountedCell,
  RunComparison,
} from './types';

const DEFAULT_MAX_CELLS = 50;

const NO_CHANGES: Record<CellChange, number> = {
  regressed: 0,
  fixed: 0,
  worse: 0,
  better: 0,
  flaky: 0,
  unchanged: 0,
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
  const { decideByCells = false, maxCells = DEFAULT_MAX_CELLS } = options;
  const { significance, minEffect } = checkedLimits(options);
  const { scenarios, excluded } = yield* alignCells(baseline, current);
  const pairs = scenarios.flat();
  yield;
  const tests = decideByCells ? 2 : 1;
  const whole = yield* compareWhole(
    { scenarios, excluded },
    { significance, minEffect, tests },
  );
  const cells = yield* testCells(pairs, {
    significance: significance / tests,
    minEffect,
  });
  const changes: RunComparison['changes'] = { ...NO_CHANGES };
  for (const { change } of cells) changes[change] += 1;
  const decidedBy = decisionOf({
    whole: whole.regressed,
    cells: decideByCells && changes.regressed > 0,
  });
  yield;
  const changedCells = cells
    .filter(({ change }) => change !== 'unchanged')
    .sort(byLoss)
    .slice(0, maxCells)
    .map(cell => ({ ...cell, pValue: Math.min(1, tests * cell.pValue) }));
  return {
    ...whole,
    decideByCells,
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
