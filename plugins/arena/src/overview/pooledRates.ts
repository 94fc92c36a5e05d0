import {
  JobOverview,
  VerdictStatistics,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';

/** What the latest evaluations of jobs say together: each counts with all its items. */
export function pooledRate(
  items: readonly Pick<JobOverview, 'trend'>[],
): VerdictStatistics {
  return pool(items.flatMap(({ trend }) => trend.slice(0, 1)));
}

/**
 * How {@link pooledRate} went over time: one value for each evaluation that ended, from the oldest to the newest, made of the latest one
 * of each job at that time.
 */
export function pooledTrend(
  items: readonly Pick<JobOverview, 'trend'>[],
  limit: number,
): number[] {
  const ended = items
    .flatMap(({ trend }, job) => trend.map(point => ({ job, point })))
    .sort(
      (a, b) => Date.parse(a.point.finishedAt) - Date.parse(b.point.finishedAt),
    );
  const latest = new Map<number, (typeof ended)[number]['point']>();
  return ended
    .flatMap(({ job, point }) => {
      latest.set(job, point);
      return pool([...latest.values()]).passRate ?? [];
    })
    .slice(-limit);
}

function pool(
  points: readonly { judged: number; passed: number }[],
): VerdictStatistics {
  const sum = (key: 'judged' | 'passed') =>
    points.reduce((total, point) => total + point[key], 0);
  return verdictStatistics({ judged: sum('judged'), passed: sum('passed') });
}
