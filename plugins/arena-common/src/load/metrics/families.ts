import type { TimeSummary } from '../LoadHistogram';
import type { MetricFamily, MetricSample } from './MetricFamily';

export type Labels = MetricSample['labels'];

/** A value with its labels; without a value there is no sample. */
export type Labelled<T> = readonly [labels: Labels, value: T | undefined];

/** @internal */
export function counter(
  name: string,
  help: string,
  values: ReadonlyArray<Labelled<number>>,
): MetricFamily {
  return { name, help, type: 'counter', samples: samplesOf(values) };
}

/** @internal */
export function gauge(
  name: string,
  help: string,
  values: ReadonlyArray<Labelled<number>>,
): MetricFamily {
  return { name, help, type: 'gauge', samples: samplesOf(values) };
}

/**
 * One gauge for each of some states: 1 for that which holds, 0 for the others.
 *
 * @internal
 */
export function stateSet(
  name: string,
  help: string,
  options: { label: string; states: readonly string[]; current: string },
): MetricFamily {
  const { label, states, current } = options;
  return gauge(
    name,
    help,
    states.map(state => [{ [label]: state }, Number(state === current)]),
  );
}

/** Shares of the values, and where they stand in a summary; 0 is the smallest and 1 the largest value. */
const QUANTILES = [
  [0, 'min'],
  [0.5, 'p50'],
  [0.9, 'p90'],
  [0.95, 'p95'],
  [0.99, 'p99'],
  [0.999, 'p999'],
  [1, 'max'],
] as const satisfies ReadonlyArray<readonly [number, keyof TimeSummary]>;

/**
 * A time, in seconds.
 *
 * @param values - in milliseconds
 * @internal
 */
export function timeSummary(
  name: string,
  help: string,
  values: ReadonlyArray<Labelled<TimeSummary>>,
): MetricFamily {
  return {
    name,
    help,
    type: 'summary',
    samples: values.flatMap(([labels, summary]) =>
      summary ? summarySamples(labels, summary) : [],
    ),
  };
}

function summarySamples(labels: Labels, summary: TimeSummary): MetricSample[] {
  const { count, mean } = summary;
  return [
    ...QUANTILES.map(([quantile, level]) => ({
      labels: { ...labels, quantile: String(quantile) },
      value: seconds(summary[level]),
    })),
    { labels, value: seconds(mean * count), suffix: 'sum' },
    { labels, value: count, suffix: 'count' },
  ];
}

/** @internal */
export function seconds(ms: number): number {
  return ms / 1_000;
}

function samplesOf(values: ReadonlyArray<Labelled<number>>): MetricSample[] {
  return values.flatMap(([labels, value]) =>
    value === undefined ? [] : [{ labels, value }],
  );
}
