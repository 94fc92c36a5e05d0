import { ScoreStatistics } from './types';

/** Mean and deviation in one pass, by Welford's method: sums of squares would lose the deviation of nearly equal values. */
export class Moments {
  private count = 0;
  private mean = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const distance = value - this.mean;
    this.mean += distance / this.count;
    this.squares += distance * (value - this.mean);
  }

  get statistics(): ScoreStatistics | undefined {
    const { count, mean, squares } = this;
    if (count === 0) return undefined;
    if (count === 1) return { count, mean };
    return { count, mean, standardDeviation: Math.sqrt(squares / (count - 1)) };
  }
}
