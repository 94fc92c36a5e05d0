import { poissonCount } from './poissonCount';
import { seededNumbers } from './seededNumbers';

/**
 * Arrivals on an axis on which one is expected per unit; the schedule bends it to the rate of each moment. Arrival 0 is the first.
 *
 * @internal
 */
export interface ArrivalPoints {
  /** How many lie below a point of the axis. */
  countBelow(load: number): number;
  /** Where an arrival lies. Arrivals are in order. */
  at(number: number): number;
}

/** One in the middle of each unit. @internal */
export const EVEN_POINTS: ArrivalPoints = {
  countBelow: load => Math.max(0, Math.ceil(load - 0.5)),
  at: number => number + 0.5,
};

/** Expected arrivals of a block. A block is made at once, from its own seed. */
const BLOCK = 1_024;
const KEPT_BLOCKS = 4;

/**
 * Points of a Poisson process. Any part of it can be had without the parts before it: of those only the numbers of points are known.
 *
 * @internal
 */
export class PoissonPoints implements ArrivalPoints {
  /** Points in all blocks before each block; grows when later ones are asked for. */
  private readonly before: number[] = [0];
  private readonly kept = new Map<number, Float64Array>();

  constructor(private readonly seed: number) {}

  countBelow(load: number): number {
    if (load <= 0) return 0;
    const block = Math.floor(load / BLOCK);
    const points = this.block(block);
    return this.countBefore(block) + lowerBound(points, load - block * BLOCK);
  }

  at(number: number): number {
    while (this.before[this.before.length - 1] <= number) this.addBlock();
    let low = 0;
    let high = this.before.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.before[middle] <= number) low = middle;
      else high = middle - 1;
    }
    return low * BLOCK + this.block(low)[number - this.before[low]];
  }

  private countBefore(block: number): number {
    while (this.before.length <= block) this.addBlock();
    return this.before[block];
  }

  private addBlock(): void {
    const block = this.before.length - 1;
    const count = poissonCount(BLOCK, seededNumbers(this.seed, block));
    this.before.push(this.before[block] + count);
  }

  private block(block: number): Float64Array {
    const known = this.kept.get(block);
    if (known) return known;
    const random = seededNumbers(this.seed, block);
    const points = new Float64Array(poissonCount(BLOCK, random));
    for (let i = 0; i < points.length; i += 1) points[i] = random() * BLOCK;
    points.sort();
    if (this.kept.size >= KEPT_BLOCKS) {
      this.kept.delete(this.kept.keys().next().value!);
    }
    this.kept.set(block, points);
    return points;
  }
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
