import { LoadTotals } from './LoadAccumulator';
import { LOAD_TIMES, LoadCounts } from './LoadRecord';
import { LoadFigures } from './LoadReport';

/** Figures of counts alone. @internal */
export function figuresOfCounts(
  counts: LoadCounts,
  durationMs: number,
): LoadFigures {
  const { completed, succeeded, graded, passed, calls, good } = counts;
  return {
    ...counts,
    failed: { ...counts.failed },
    ...share('errorRate', completed - succeeded, completed),
    ...share('passRate', passed, graded),
    ...share('rateLimitRate', counts.rateLimited, calls),
    ...share('goodputRate', good, completed),
    ...share('goodput', good, durationMs / 1_000),
    ...share('throughput', completed, durationMs / 1_000),
    ...share('outputTokensPerSecond', counts.outputTokens, durationMs / 1_000),
    times: {},
  };
}

/** @internal */
export function figuresOf(totals: LoadTotals, durationMs: number): LoadFigures {
  const figures = figuresOfCounts(totals.counts, durationMs);
  for (const time of LOAD_TIMES) {
    const summary = totals.times.get(time)?.summary;
    if (summary) figures.times[time] = summary;
  }
  return figures;
}

/** A share that has something to be a share of. */
function share<K extends string>(
  name: K,
  part: number,
  whole: number,
): Partial<Record<K, number>> {
  return whole > 0
    ? ({ [name]: part / whole } as Partial<Record<K, number>>)
    : {};
}
