import { CellPair } from './alignCells';
import { chanceFrom, chanceUpTo, hypergeometric } from './hypergeometric';
import { CellChange, ComparedCell } from './types';

interface CellTest {
  /** Chance of at most so many passes now, and the smallest that these numbers of passes and trials allow. */
  fall: number;
  smallestFall: number;
  /** Chance of at least so many passes now. */
  rise: number;
  smallestRise: number;
}

/**
 * Says of each cell what became of it, by Fisher's exact test. The chance of calling any cell regressed is at most `significance` when nothing
 * has changed, however many cells there are: as Tarone does, it is shared by those cells only that have enough trials to show
 * anything.
 */
export function testCells(
  cells: readonly CellPair[],
  options: { significance: number; minEffect: number },
): ComparedCell[] {
  const { significance, minEffect } = options;
  // Of many cells few differ in their numbers.
  const known = new Map<string, CellTest>();
  const tests = cells.map(({ baseline, current }) => {
    const name = `${baseline.judged}/${baseline.passed}/${current.judged}/${current.passed}`;
    const test = known.get(name) ?? testCell(baseline, current);
    known.set(name, test);
    return test;
  });
  const falls = sharedLevel(
    tests.map(({ smallestFall }) => smallestFall),
    significance,
  );
  const rises = sharedLevel(
    tests.map(({ smallestRise }) => smallestRise),
    significance,
  );
  return cells.map((cell, index) => {
    const { fall, rise } = tests[index];
    const effect = shareOf(cell.current) - shareOf(cell.baseline);
    let change: CellChange;
    if (effect < 0 && fall <= falls && -effect >= minEffect) {
      change = 'regressed';
    } else if (effect > 0 && rise <= rises && effect >= minEffect) {
      change = 'fixed';
    } else change = changeByChance(cell, effect);
    let pValue = 1;
    if (effect < 0) pValue = fall;
    if (effect > 0) pValue = rise;
    return { ...cell, change, pValue };
  });
}

function changeByChance(
  { baseline, current }: CellPair,
  effect: number,
): CellChange {
  const isMixed = [baseline, current].some(
    ({ judged, passed }) => passed > 0 && passed < judged,
  );
  if (isMixed) return 'flaky';
  if (effect === 0) return 'unchanged';
  return effect < 0 ? 'worse' : 'better';
}

function testCell(
  baseline: CellPair['baseline'],
  current: CellPair['current'],
): CellTest {
  const chances = hypergeometric({
    total: baseline.judged + current.judged,
    good: baseline.passed + current.passed,
    drawn: current.judged,
  });
  return {
    fall: chanceUpTo(chances, current.passed),
    rise: chanceFrom(chances, current.passed),
    smallestFall: chances.chances[0],
    smallestRise: chances.chances[chances.chances.length - 1],
  };
}

/** The level of a single test: the whole one, divided by the smallest number of cells that suffices. */
function sharedLevel(smallest: readonly number[], level: number): number {
  const sorted = Float64Array.from(smallest).sort();
  let able = sorted.length;
  for (let share = 1; share <= sorted.length; share += 1) {
    while (able > 0 && sorted[able - 1] > level / share) able -= 1;
    if (able <= share) return level / share;
  }
  return level;
}

/** @internal */
export function shareOf(side: { judged: number; passed: number }): number {
  return side.passed / side.judged;
}
