import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  Histogram,
} from 'hdr-histogram-js';
import { z } from 'zod/v4';
import { isEncodedHistogram } from './isEncodedHistogram';

/** Percentiles in milliseconds of values that were recorded within 0.1 %. @public */
export const timeSummarySchema = z.object({
  count: z.int().min(0),
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

/** @public */
export type TimeSummary = z.infer<typeof timeSummarySchema>;

/** Longest time that is told apart: ten hours. */
const MAX_US = 36_000_000_000;

/**
 * Times in an HDR histogram of microseconds with three significant digits. Histograms add up exactly: a merged one is what one worker alone would
 * have recorded.
 *
 * @public
 */
export class LoadHistogram {
  private readonly histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 2,
    autoResize: true,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: false,
  });

  get count(): number {
    return this.histogram.totalCount;
  }

  /** @param ms - below 0 counts as 0 */
  record(ms: number): void {
    this.histogram.recordValue(
      Math.min(MAX_US, Math.max(0, Math.round(ms * 1_000))),
    );
  }

  add(other: LoadHistogram): void {
    if (other.count > 0) this.histogram.add(other.histogram);
  }

  /**
   * Adds the same to each of some histograms. It is decoded once: that takes longer than to add it.
   *
   * @param encoded - see {@link LoadHistogram.encode}
   */
  static addEncoded(encoded: string, targets: readonly LoadHistogram[]): void {
    const decoded = decodeFromCompressedBase64(encoded, 64, false);
    for (const { histogram } of targets) histogram.add(decoded);
  }

  /**
   * Whether a text can be given to {@link LoadHistogram.addEncoded}; for what comes from elsewhere. Decoding what is not valid may throw or never end.
   */
  static isValid(encoded: string): boolean {
    return isEncodedHistogram(encoded);
  }

  reset(): void {
    this.histogram.reset();
  }

  /** As base64 of the compressed V2 encoding, which HDR libraries of other languages read; values are microseconds. */
  encode(): string {
    return encodeIntoCompressedBase64(this.histogram);
  }

  /** The value in milliseconds that a share of the values (0 to 100) does not exceed. */
  percentile(level: number): number {
    return this.histogram.getValueAtPercentile(level) / 1_000;
  }

  /** In milliseconds. */
  get mean(): number {
    return this.histogram.mean / 1_000;
  }

  /** Undefined when nothing was recorded: no data is no number. */
  get summary(): TimeSummary | undefined {
    if (this.count === 0) return undefined;
    return {
      count: this.count,
      mean: this.mean,
      min: this.percentile(0),
      p50: this.percentile(50),
      p90: this.percentile(90),
      p95: this.percentile(95),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: this.percentile(100),
    };
  }
}
