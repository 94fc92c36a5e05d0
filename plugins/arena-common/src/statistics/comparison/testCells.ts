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

const CELLS_PER_STEP = 2_000;

/**
 * Says of each cell what became of it, by Fisher's exact test. The chance of calling any cell regressed is at most `significance` when nothing
 * has changed and trials are independent, however many cells there are: as Tarone does, it is shared by those cells only that have
 * enough trials to show anything. Goes in steps, between which something else may be done.
 */
export function* testCells(
  cells: readonly CellPair[],
  options: { significance: number; minEffect: number },
): Generator<undefined, ComparedCell[]> {
  const { significance, minEffect } = options;
  // Of many cells few differ in their numbers.
  const known = new Map<string, CellTest>();
  const tests: CellTest[] = [];
  for (const { baseline, current } of cells) {
    if (tests.length % CELLS_PER_STEP === 0) yield;
    const name = `${baseline.judged}/${baseline.passed}/${current.judged}/${current.passed}`;
    const test = known.get(name) ?? testCell(baseline, current);
    known.set(name, test);
    tests.push(test);
  }
  const falls = ableCells(
    tests.map(({ smallestFall }) => smallestFall),
    significance,
  );
  yield;
  const rises = ableCells(
    tests.map(({ smallestRise }) => smallestRise),
    significance,
  );
  const compared: ComparedCell[] = [];
  for (const [index, cell] of cells.entries()) {
    if (index % CELLS_PER_STEP === 0) yield;
    const { fall, rise } = tests[index];
    const effect = shareOf(cell.current) - shareOf(cell.baseline);
    let pValue = 1;
    if (effect < 0) pValue = Math.min(1, fall * falls);
    if (effect > 0) pValue = Math.min(1, rise * rises);
    let change = changeByChance(cell, effect);
    if (pValue <= significance && Math.abs(effect) >= minEffect) {
      change = effect < 0 ? 'regressed' : 'fixed';
    }
    compared.push({ ...cell, change, pValue });
  }
  return compared;
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

/** The smallest number of cells that can share the level: no more of them can show anything at their share of it. */
function ableCells(smallest: readonly number[], level: number): number {
  const sorted = Float64Array.from(smallest).sort();
  let able = sorted.length;
  for (let share = 1; share <= sorted.length; share += 1) {
    while (able > 0 && sorted[able - 1] > level / share) able -= 1;
    if (able <= share) return share;
  }
  return 1;
}

/** @internal */
export function shareOf(side: { judged: number; passed: number }): number {
  return side.passed / side.judged;
}
