import { hypergeometric } from './hypergeometric';

interface Trials {
  judged: number;
  passed: number;
}

/**
 * As many trials of one side as the other has, taken at random from those that it has. Only sides with as many trials can be exchanged
 * for one another, which is what the tests take for granted.
 *
 * @param chance - what is taken follows from it, from 0 and below 1
 */
export function thinTrials(
  { judged, passed }: Trials,
  wanted: number,
  chance: number,
): Trials {
  if (judged <= wanted) return { judged, passed };
  const { from, chances } = hypergeometric({
    total: judged,
    good: passed,
    drawn: wanted,
  });
  let left = chance;
  let index = 0;
  while (index < chances.length - 1 && left >= chances[index]) {
    left -= chances[index];
    index += 1;
  }
  return { judged: wanted, passed: from + index };
}

/**
 * Chances that follow from what was put in, and from nothing else: the same runs are always compared alike. They must follow from the
 * results of all cells: chances that are the same for each pair of runs would favour the same side night after night.
 */
export class ChancesOf {
  private state = 0x811c9dc5;

  /** Whole numbers (FNV-1a). */
  put(...values: number[]): void {
    for (const value of values) {
      this.state = Math.imul(this.state ^ value, 0x01000193);
    }
  }

  /** From 0 and below 1 (splitmix32). */
  next(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  }
}
