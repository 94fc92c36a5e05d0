import { CellPair } from './alignCells';
import {
  chanceUpTo,
  convolve,
  Distribution,
  hypergeometric,
  repeated,
} from './hypergeometric';
import { normalChanceUpTo } from './normal';

/**
 * Above this variance of the number of passes (of 1,600 flaky trials, say) the normal distribution takes the place of the exact one. Both sides of
 * a cell have as many trials, so that the exact one is symmetric: at a chance of 5 % they differ by less than 0.01 %.
 */
const MAX_EXACT_VARIANCE = 400;

interface Kind {
  total: number;
  good: number;
  drawn: number;
  count: number;
}

/**
 * Trials dealt to the two runs at random within each cell: the chance of at most so many passes now. Trials of a cell are taken to be
 * independent of each other.
 *
 * @param cells - at least one, each with as many trials on both sides
 */
export function stratifiedTest(cells: readonly CellPair[]): number {
  let passes = 0;
  // Of many cells few differ in their numbers.
  const kinds = new Map<string, Kind>();
  for (const { baseline, current } of cells) {
    passes += current.passed;
    const total = baseline.judged + current.judged;
    const good = baseline.passed + current.passed;
    const name = `${total}/${good}`;
    const kind = kinds.get(name);
    if (kind) kind.count += 1;
    else kinds.set(name, { total, good, drawn: current.judged, count: 1 });
  }
  const all = [...kinds.values()];
  const variance = sumOf(all, varianceOf);
  if (variance > MAX_EXACT_VARIANCE) {
    const mean = sumOf(all, ({ drawn, good, total }) => (drawn * good) / total);
    return normalChanceUpTo((passes + 0.5 - mean) / Math.sqrt(variance));
  }
  return chanceUpTo(
    sumUp(all.map(kind => repeated(hypergeometric(kind), kind.count))),
    passes,
  );
}

function varianceOf({ drawn, good, total }: Kind): number {
  const share = good / total;
  return (drawn * share * (1 - share) * (total - drawn)) / (total - 1);
}

function sumOf(kinds: readonly Kind[], valueOf: (kind: Kind) => number) {
  return kinds.reduce((sum, kind) => sum + kind.count * valueOf(kind), 0);
}

/** Short ones first, two at a time: a long one is not gone through for each short one. */
function sumUp(distributions: readonly Distribution[]): Distribution {
  let left = [...distributions];
  while (left.length > 1) {
    left.sort((a, b) => a.chances.length - b.chances.length);
    const next: Distribution[] = [];
    for (let i = 0; i < left.length; i += 2) {
      next.push(i + 1 < left.length ? convolve(left[i], left[i + 1]) : left[i]);
    }
    left = next;
  }
  return left[0];
}
