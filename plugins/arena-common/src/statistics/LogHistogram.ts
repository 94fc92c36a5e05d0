/** Largest error of a quantile, relative to its value. */
export const RELATIVE_ERROR = 0.005;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Smaller values count as zero. A nanosecond, when values are milliseconds. */
const SMALLEST = 1e-6;

/**
 * Counts of values in buckets whose bounds grow by a constant factor, so that a quantile has a bounded relative error whatever the
 * values are. About 230 buckets for each factor of ten that the values span.
 */
export class LogHistogram {
  private readonly buckets = new Map<number, number>();
  private zeros = 0;
  private count = 0;

  add(value: number): void {
    this.count += 1;
    if (value < SMALLEST) {
      this.zeros += 1;
      return;
    }
    const bucket = Math.ceil(Math.log(value) / LOG_GAMMA);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }

  /** The value at a rank that counts from 1, for ranks in ascending order. */
  valuesAt(ranks: readonly number[]): number[] {
    const buckets = [...this.buckets].sort(([a], [b]) => a - b);
    let seen = this.zeros;
    let next = 0;
    let value = 0;
    return ranks.map(rank => {
      while (seen < rank && next < buckets.length) {
        const [bucket, count] = buckets[next];
        seen += count;
        // The middle of the bucket by relative distance.
        value = (2 * GAMMA ** bucket) / (GAMMA + 1);
        next += 1;
      }
      return value;
    });
  }
}
