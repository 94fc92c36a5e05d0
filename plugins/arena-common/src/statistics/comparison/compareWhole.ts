import { AlignedCells, CellPair } from './alignCells';
import { ComparisonLimits } from './checkedLimits';
import { intervalOfMean, intervalOfTrials } from './effectInterval';
import { normalQuantile } from './normal';
import { signFlipTest } from './signFlipTest';
import { stratifiedTest } from './stratifiedTest';
import { shareOf } from './testCells';
import { WholeComparison } from './types';

/** With fewer, scenarios as single observations could hardly show anything. */
const MIN_SCENARIOS = 10;
/** Of numbers that are equal but for how they were computed. */
const ROUNDING = 1e-12;

/**
 * What was lost or gained all in all. Goes in steps, between which something else may be done.
 *
 * @param limits - `tests`: how many tests share the significance
 */
export function* compareWhole(
  { scenarios, excluded }: AlignedCells,
  limits: ComparisonLimits & { tests: number },
): Generator<undefined, WholeComparison> {
  const { significance, minEffect, tests } = limits;
  const level = significance / tests;
  const base = {
    significance,
    minEffect,
    confidence: 1 - 2 * level,
    excluded,
  };
  if (scenarios.length === 0) {
    return {
      scenarios: 0,
      cells: 0,
      judged: { baseline: 0, current: 0 },
      passRate: { baseline: 0, current: 0 },
      effect: 0,
      interval: { low: -1, high: 1 },
      pValue: 1,
      method: 'stratified',
      regressed: false,
      ...base,
    };
  }
  const pairs = scenarios.flat();
  const differences = scenarios.map(differenceOf);
  const effect = mean(differences);
  yield;
  const isMany = scenarios.length >= MIN_SCENARIOS;
  const chance = isMany ? signFlipTest(differences) : stratifiedTest(pairs);
  yield;
  const pValue = Math.min(1, tests * chance);
  const isLoss = pValue <= significance && effect < 0;
  const z = normalQuantile(1 - level);
  const interval = isMany
    ? intervalOfMean(differences, z)
    : intervalOfTrials(scenarios, z);
  yield;
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
    regressed: isLoss && -effect >= minEffect - ROUNDING,
    ...base,
  };
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
