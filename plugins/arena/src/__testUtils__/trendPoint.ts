import {
  TrendPoint,
  verdictStatistics,
} from '@backstage-arena/plugin-arena-common';

/** One run of a trend; its rates follow from what it counts. */
export function trendPoint(overrides: Partial<TrendPoint> = {}): TrendPoint {
  const { judged = 20, passed = 19 } = overrides;
  const { passRate, interval } = verdictStatistics({ judged, passed });
  return {
    runId: 'run-1',
    jobName: 'nightly',
    finishedAt: '2026-11-23T02:31:00.000Z',
    phase: 'Succeeded',
    reason: 'JobSucceeded',
    revision: 'main@1',
    judged,
    passed,
    ...(passRate !== undefined && { passRate, interval }),
    cost: 0.12,
    cells: 4,
    flakyCells: 0,
    changedInputs: [],
    ...overrides,
  };
}
