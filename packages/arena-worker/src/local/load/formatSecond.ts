import { formatMs } from '../../reports/load/formatMs';
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
      : [
          `p50 ${formatMs(row.latencyP50)}`,
          `p99 ${formatMs(row.latencyP99 ?? 0)}`,
        ]),
    ...(row.ttftP50 === undefined ? [] : [`ttft ${formatMs(row.ttftP50)}`]),
  ];
  return parts.join('  ');
}
