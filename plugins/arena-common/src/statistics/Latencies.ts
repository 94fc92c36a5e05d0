import { LogHistogram } from './LogHistogram';
import { LatencyStatistics } from './types';

/** Up to here values are kept as they are. */
export const EXACT_UP_TO = 1_000;

const SHARES = [0.5, 0.9, 0.95, 0.99];

/** Percentiles in one pass and in memory that stays small. */
export class Latencies {
  private values: number[] = [];
  private histogram?: LogHistogram;
  private count = 0;

  /** @param ms - at least 0 */
  add(ms: number): void {
    this.count += 1;
    if (this.histogram) {
      this.histogram.add(ms);
      return;
    }
    this.values.push(ms);
    if (this.values.length > EXACT_UP_TO) {
      const histogram = new LogHistogram();
      this.values.forEach(value => histogram.add(value));
      this.histogram = histogram;
      this.values = [];
    }
  }

  get statistics(): LatencyStatistics | undefined {
    const { count } = this;
    if (count === 0) return undefined;
    const ranks = SHARES.map(share => Math.max(1, Math.ceil(share * count)));
    const [p50, p90, p95, p99] = this.histogram
      ? this.histogram.valuesAt(ranks)
      : exactValues(this.values, ranks);
    return { count, p50, p90, p95, p99 };
  }
}

function exactValues(
  values: readonly number[],
  ranks: readonly number[],
): number[] {
  const sorted = Float64Array.from(values).sort();
  return ranks.map(rank => sorted[rank - 1]);
}
