import {
  LoadProfile,
  LoadSeriesRow,
  LoadState,
} from '@backstage-arena/plugin-arena-common';
import { loadProfileSchema } from '@backstage-arena/plugin-arena-common/load';
import { SyntheticLoad } from './SyntheticLoad';

export function loadProfile(changes: Partial<LoadProfile> = {}): LoadProfile {
  return loadProfileSchema.parse({
    mode: 'open',
    stages: [
      { durationMs: 10_000, from: 0, to: 10 },
      { durationMs: 50_000, from: 10, to: 10 },
    ],
    arrivals: 'constant',
    seed: 0,
    warmUpMs: 0,
    gracefulStopMs: 30_000,
    vusPerWorker: 1,
    maxInFlight: 2_000,
    exceedRateLimits: false,
    mix: [],
    slo: { latencyMs: 3_000 },
    sampleRate: 1,
    thresholds: [],
    budgetCurrency: 'USD',
    ...changes,
  });
}

export function loadRow(
  second: number,
  changes: Partial<LoadSeriesRow> = {},
): LoadSeriesRow {
  return {
    second,
    target: 10,
    workers: 2,
    sent: 10,
    completed: 10,
    succeeded: 10,
    rateLimited: 0,
    dropped: 0,
    good: 10,
    inFlight: 4,
    latencyP50: 410,
    latencyP90: 620,
    latencyP99: 900,
    ttftP50: 120,
    ttftP99: 300,
    latenessP99: 0.4,
    inputTokens: 4_000,
    outputTokens: 900,
    cost: 0.01,
    ...changes,
  };
}

/** The state of a small load test: a minute at 10 per second, half of it over unless told otherwise. */
export function loadState(changes: Partial<LoadState> = {}): LoadState {
  const profile = changes.profile ?? loadProfile();
  return new SyntheticLoad(profile)
    .runTo(changes.phase === 'over' ? 60 : 30)
    .state(changes);
}
