import { LoadSeriesRow } from '@backstage-arena/plugin-arena-common/load';

/** The line that is shown for a second while a load test runs. */
export function formatSecond(row: LoadSeriesRow): string {
  const failed = row.completed - row.succeeded;
  const parts = [
    `${String(row.second + 1).padStart(4)} s`,
    `sent ${row.sent}${row.target === undefined ? '' : `/${row.target}`}`,
    `done ${row.completed}`,
    ...(failed > 0 ? [`failed ${failed}`] : []),
    ...(row.rateLimited > 0 ? [`429 ${row.rateLimited}`] : []),
    ...(row.dropped > 0 ? [`dropped ${row.dropped}`] : []),
    `in flight ${row.inFlight}`,
    ...(row.latencyP50 === undefined
      ? []
      : [`p50 ${ms(row.latencyP50)}`, `p99 ${ms(row.latencyP99 ?? 0)}`]),
    ...(row.ttftP50 === undefined ? [] : [`ttft ${ms(row.ttftP50)}`]),
  ];
  return parts.join('  ');
}

/** Milliseconds, as short as they can be read. */
export function ms(value: number): string {
  if (value < 10) return `${value.toFixed(2)} ms`;
  return value < 10_000
    ? `${value.toFixed(0)} ms`
    : `${(value / 1_000).toFixed(1)} s`;
}
