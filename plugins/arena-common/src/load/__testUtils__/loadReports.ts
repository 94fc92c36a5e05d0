import { ArrivalSchedule } from '../ArrivalSchedule';
import { buildLoadReport, BuildLoadReportOptions } from '../buildLoadReport';
import { LoadAccumulator } from '../LoadAccumulator';
import { LoadHistogram } from '../LoadHistogram';
import { LoadProfile, loadProfileSchema } from '../LoadProfile';
import {
  LoadRecord,
  loadReportBatchSchema,
  LoadReportBatch,
  LoadSeries,
  noCounts,
} from '../LoadRecord';
import { loadReportSchema } from '../LoadReport';
import { measuredStages } from '../MeasuredStage';

const profile: LoadProfile = loadProfileSchema.parse({
  mode: 'open',
  stages: [{ durationMs: 10_000, from: 100, to: 100 }],
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

export function series(
  latencies: number[],
  more: Partial<LoadSeries> = {},
): LoadSeries {
  const latency = new LoadHistogram();
  const lateness = new LoadHistogram();
  latencies.forEach(value => {
    latency.record(value);
    lateness.record(0.1);
  });
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
    cost: n * 0.01,
    times:
      n > 0 ? { latency: latency.encode(), lateness: lateness.encode() } : {},
    ...more,
  };
}

export function batch(
  second: number,
  records: Array<Partial<LoadRecord>>,
  worker: Partial<LoadReportBatch['worker']> = {},
): LoadReportBatch {
  return loadReportBatchSchema.parse({
    worker: {
      workerId: 'w1',
      second,
      eventLoopDelay: { p50: 0, p99: 1, max: 2 },
      elapsedMs: 1_000,
      cpuMs: 300,
      spinMs: 100,
      inFlight: 3,
      connectionsOpened: 0,
      connectionsReused: 100,
      rssBytes: 1,
      last: true,
      ...worker,
    },
    records: records.map(record => ({
      second,
      stage: second < 2 ? 0 : 1,
      providers: {},
      scenarios: {},
      dropped: {},
      ...record,
    })),
  });
}

export function report(
  batches: LoadReportBatch[],
  changes: Partial<LoadProfile> = {},
  options: Partial<BuildLoadReportOptions> = {},
) {
  const own = { ...profile, ...changes };
  const stages = measuredStages(own.stages, own.warmUpMs);
  const accumulator = new LoadAccumulator(() => stages);
  batches.forEach(each => accumulator.add(each));
  const made = buildLoadReport({
    title: 'test',
    profile: own,
    stages,
    schedule: own.mode === 'open' ? new ArrivalSchedule(own) : undefined,
    accumulator,
    startedAt: new Date(0),
    elapsedMs: 10_000,
    endedBy: 'completed',
    ...options,
  });
  return loadReportSchema.parse(JSON.parse(JSON.stringify(made)));
}

export const HUNDRED = Array.from({ length: 100 }, (_, i) => i + 1);

export const full = (worker: Partial<LoadReportBatch['worker']> = {}) =>
  Array.from({ length: 10 }, (_, second) =>
    batch(second, [{ providers: { p: series(HUNDRED) } }], worker),
  );
