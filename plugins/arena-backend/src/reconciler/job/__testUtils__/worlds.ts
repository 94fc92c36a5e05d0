import {
  ARENA_API_VERSION,
  ArenaJob,
  ArenaJobSpec,
  RunCounters,
  VerdictCounters,
} from '@backstage-arena/plugin-arena-common';
import { NewRun, RunHead } from '../../../runs/RunStore';
import { JobWorld } from '../JobWorld';
import { RunResults } from '../RunResults';

export const NOW = new Date('2026-11-23T12:00:00.500Z');

export function createJob(
  overrides: {
    spec?: Partial<ArenaJobSpec>;
    metadata?: Partial<ArenaJob['metadata']>;
    status?: ArenaJob['status'];
  } = {},
): ArenaJob {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ArenaJob',
    metadata: {
      name: 'job',
      namespace: 'default',
      uid: 'uid-1',
      resourceVersion: '7',
      generation: 3,
      creationTimestamp: '2026-11-23T11:59:00Z',
      ...overrides.metadata,
    },
    spec: {
      sourceRef: { name: 'source' },
      arenaFile: 'config.arena.yaml',
      type: 'evaluation',
      cancelled: false,
      verbose: false,
      compat: false,
      ...overrides.spec,
    },
    status: overrides.status ?? { phase: 'Pending' },
  };
}

export function createCounters(
  overrides: Partial<RunCounters> = {},
): RunCounters {
  const counts = { passed: 0, failed: 0, errored: 0, ...overrides };
  const total = overrides.total ?? 10;
  return {
    inputTokens: 0,
    outputTokens: 0,
    cost: 0,
    durationMs: 0,
    ...counts,
    total,
    pending: total - counts.passed - counts.failed - counts.errored,
  };
}

/** All items decide. */
export function createVerdict({
  total,
  passed,
  failed,
  errored,
  pending,
}: RunCounters): VerdictCounters {
  return { total, passed, failed, errored, pending };
}

export function createRun(overrides: Partial<RunHead> = {}): RunHead {
  const counters = overrides.counters ?? createCounters();
  return {
    id: 'uid-1-1',
    jobUid: 'uid-1',
    attempt: 1,
    state: 'Running',
    counters,
    verdict: createVerdict(counters),
    backlog: counters.pending,
    leased: 0,
    finalized: false,
    version: 1,
    ...overrides,
  };
}

export function createResults(overrides: Partial<RunResults> = {}): RunResults {
  const counters = overrides.counters ?? createCounters();
  return {
    counters,
    verdict: createVerdict(counters),
    totals: { scenarios: [], providers: [] },
    errors: [],
    ...overrides,
  };
}

/** A run that is over, with its results. */
export function settled(
  counts: Partial<RunCounters>,
  run: Partial<RunHead> = {},
): Partial<JobWorld> {
  const counters = createCounters(counts);
  return {
    run: createRun({
      state: 'Closed',
      outcome: 'Completed',
      counters,
      finalized: true,
      startedAt: new Date('2026-11-23T11:59:30Z'),
      finishedAt: new Date('2026-11-23T11:59:58Z'),
      ...run,
    }),
    results: createResults({ counters }),
  };
}

export const NEW_RUN: NewRun = {
  id: 'uid-1-1',
  cluster: 'embedded',
  namespace: 'default',
  jobName: 'job',
  jobUid: 'uid-1',
  attempt: 1,
  labels: {},
  pins: {
    source: {
      name: 'source',
      uid: 's',
      revision: 'r',
      digest: `sha256:${'0'.repeat(64)}`,
    },
    arenaFile: 'config.arena.yaml',
    type: 'evaluation',
    compat: false,
    outputFormats: ['json'],
    concurrency: 4,
    itemTimeoutMs: 1_000,
    maxAttempts: 3,
    verbose: false,
    engineVersion: '1',
    planVersion: 1,
  },
  plan: {
    version: 1,
    engineVersion: '1',
    regions: ['default'],
    providers: [],
    scenarios: [],
    offsets: [0],
    total: 0,
  },
};

export function createWorld(overrides: Partial<JobWorld> = {}): JobWorld {
  return {
    now: NOW,
    job: createJob(),
    runUrl: 'http://localhost:7007/arena/runs/uid-1-1',
    inputs: { state: 'unknown' },
    concurrency: 4,
    pool: { workers: [], active: 0 },
    heardFromWorkers: true,
    ...overrides,
  };
}
