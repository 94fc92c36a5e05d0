import {
  LoadProfile,
  loadProfileSchema,
  LoadReport,
  LoadReportBatch,
  loadReportBatchSchema,
  loadReportSchema,
  LoadCourse,
  LoadHistogram,
  LoadSeries,
  LoadSeriesRow,
  loadSeriesRow,
  noCounts,
} from '@backstage-arena/plugin-arena-common/load';

export const PROFILE: LoadProfile = loadProfileSchema.parse({
  mode: 'open',
  stages: [{ durationMs: 10_000, from: 20, to: 20 }],
  arrivals: 'constant',
  seed: 0,
  warmUpMs: 2_000,
  gracefulStopMs: 30_000,
  vusPerWorker: 1,
  maxInFlight: 1_000,
  exceedRateLimits: false,
  mix: [],
  slo: {},
  sampleRate: 1,
  thresholds: [],
  budgetCurrency: 'USD',
});

/** Conversations of a second with the given latencies in milliseconds. */
export function series(
  latencies: readonly number[],
  more: Partial<LoadSeries> = {},
): LoadSeries {
  const encode = (values: readonly number[]) => {
    const histogram = new LoadHistogram();
    values.forEach(value => histogram.record(value));
    return histogram.encode();
  };
  const n = latencies.length;
  return {
    ...noCounts(),
    sent: n,
    completed: n,
    succeeded: n,
    graded: n,
    passed: n,
    good: n,
    calls: n,
    inputTokens: 100 * n,
    outputTokens: 20 * n,
    cost: n * 0.01,
    times:
      n > 0
        ? {
            latency: encode(latencies),
            lateness: encode(latencies.map(() => 0.1)),
          }
        : {},
    ...more,
  };
}

export interface LoadSecond {
  providers?: Record<string, LoadSeries>;
  scenarios?: LoadReportBatch['records'][number]['scenarios'];
  dropped?: LoadReportBatch['records'][number]['dropped'];
  workerId?: string;
  inFlight?: number;
}

export interface MadeLoadTest {
  report: LoadReport;
  rows: LoadSeriesRow[];
  /** JSON lines. */
  batches: string[];
}

/** A load test as it is after the given seconds, one batch each. */
export function makeLoadTest(
  seconds: readonly LoadSecond[],
  changes: Partial<LoadProfile> = {},
  options: Partial<Parameters<LoadCourse['report']>[0]> = {},
): MadeLoadTest {
  const course = new LoadCourse({ ...PROFILE, ...changes });
  const batches: string[] = [];
  const rows = seconds.map((given, second) => {
    const { providers = {}, scenarios = {}, dropped = {} } = given;
    const stage = course.stages.findIndex(
      ({ endMs }) => second * 1_000 < endMs,
    );
    const batch = loadReportBatchSchema.parse({
      worker: {
        workerId: given.workerId ?? 'w1',
        second,
        eventLoopDelay: { p50: 0, p99: 1, max: 2 },
        elapsedMs: 1_000,
        cpuMs: 300,
        spinMs: 100,
        inFlight: given.inFlight ?? 3,
        connectionsOpened: 0,
        connectionsReused: 100,
        rssBytes: 100_000_000,
        last: true,
      },
      records: [
        {
          second,
          stage: stage < 0 ? course.stages.length - 1 : stage,
          providers,
          scenarios,
          dropped,
        },
      ],
    });
    batches.push(JSON.stringify(batch));
    return loadSeriesRow({
      second,
      totals: course.accumulator.add(batch),
      workers: 1,
      inFlight: given.inFlight ?? 3,
      schedule: course.schedule,
    });
  });
  const report = course.report({
    title: 'greeter',
    startedAt: new Date('2026-05-04T10:00:00.000Z'),
    elapsedMs: seconds.length * 1_000,
    endedBy: 'completed',
    ...options,
  });
  return {
    report: loadReportSchema.parse(JSON.parse(JSON.stringify(report))),
    rows,
    batches,
  };
}
