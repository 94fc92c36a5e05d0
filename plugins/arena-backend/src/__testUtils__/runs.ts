import { LoggerService } from '@backstage/backend-plugin-api';
import { mockLogger } from './mockLogger';
import {
  ItemReport,
  RunPins,
  RunPlan,
  withOffsets,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { Datasets } from '../datasets/Datasets';
import { LoadTests } from '../loads/LoadTests';
import { DatabaseWorkQueue } from '../queue/DatabaseWorkQueue';
import { WorkQueueOptions } from '../queue/QueueContext';
import { QueueObserver } from '../queue/QueueObserver';
import { DEFAULT_RETRYABLE_ERRORS } from '../queue/retryPolicy';
import { DatabaseRunStore } from '../runs/DatabaseRunStore';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunSignal } from '../runs/RunSignal';
import { NewRun } from '../runs/RunStore';
import { noRedactor, Redactor } from '../transcripts/createRedactor';
import { DatabaseTranscriptStore } from '../transcripts/DatabaseTranscriptStore';
import { migratedDatabase } from './migratedDatabase';
import { DatabaseId } from './databases';

/** A clock that stands still until it is told otherwise. */
export class TestClock {
  private time = Date.UTC(2026, 10, 23);

  now(): Date {
    return new Date(this.time);
  }

  advance(ms: number): void {
    this.time += ms;
  }
}

export const TEST_QUEUE_OPTIONS: WorkQueueOptions = {
  release: '0.4.0',
  leaseTtlMs: 10_000,
  heartbeatIntervalMs: 2_000,
  maxConcurrentReports: 16,
  maxFinalizeAttempts: 3,
  outputRetry: {
    retryDelayMs: 300_000,
    retryMaxDelayMs: 1_200_000,
    retryForMs: 3_600_000,
  },
  allowedHosts: [],
  maxTranscriptBytes: 100_000,
  retryDelayMs: 1_000,
  retryMaxDelayMs: 60_000,
  retryableErrors: DEFAULT_RETRYABLE_ERRORS,
};

interface RunPartsOptions {
  queue?: Partial<WorkQueueOptions>;
  redactor?: Redactor;
  logger?: LoggerService;
  observer?: QueueObserver;
}

/** Everything that keeps runs, on a migrated database of its own. */
export async function setupRuns(
  databaseId: DatabaseId,
  options: RunPartsOptions = {},
) {
  const knex = await migratedDatabase(databaseId);
  const clock = new TestClock();
  return { clock, ...createParts(knex, clock, options) };
}

/** Store, queue and transcripts over a database, as one replica has them. */
export function createParts(
  knex: Knex,
  clock: TestClock,
  options: RunPartsOptions = {},
) {
  const planned = new PlannedRuns(knex);
  const queueOptions = { ...TEST_QUEUE_OPTIONS, ...options.queue };
  const signal = new RunSignal();
  const logger = options.logger ?? mockLogger();
  return {
    knex,
    signal,
    loads: new LoadTests({ knex, clock, logger, runs: planned }),
    datasets: new Datasets({ knex, clock, runs: planned }),
    store: new DatabaseRunStore({
      knex,
      clock,
      runs: planned,
      workerTtlMs: queueOptions.leaseTtlMs,
      outputRetry: queueOptions,
    }),
    queue: new DatabaseWorkQueue({
      knex,
      clock,
      signal,
      runs: planned,
      options: queueOptions,
      logger,
      observer: options.observer,
      redact: options.redactor ?? noRedactor,
    }),
    transcripts: new DatabaseTranscriptStore({ knex, runs: planned }),
  };
}

/** A plan of `scenarios` x 2 regions x `providers` x 1 variant x `trials` items. */
export function testPlan(
  options: { scenarios?: number; providers?: number; trials?: number } = {},
): RunPlan {
  const providers = Array.from(
    { length: options.providers ?? 2 },
    (_, index) => ({
      id: `provider-${index}`,
      group: 'default',
      type: 'mock',
      key: `p${index}`,
    }),
  );
  return withOffsets({
    version: 1,
    engineVersion: '0.1.0',
    regions: ['default', 'eu'],
    providers,
    scenarios: Array.from({ length: options.scenarios ?? 5 }, (_, index) => ({
      id: `scenario-${index}`,
      providers: providers.map((_provider, position) => position),
      variants: 1,
      trials: options.trials ?? 1,
      key: `s${index}`,
    })),
  });
}

export function testPins(overrides: Partial<RunPins> = {}): RunPins {
  return {
    source: {
      name: 'source',
      uid: 'source-uid',
      revision: '1',
      digest: `sha256:${'0'.repeat(64)}`,
    },
    arenaFile: 'config.arena.yaml',
    type: 'evaluation',
    compat: false,
    outputFormats: ['json', 'junit'],
    concurrency: 4,
    itemTimeoutMs: 30_000,
    maxAttempts: 3,
    verbose: false,
    engineVersion: '0.1.0',
    planVersion: 1,
    ...overrides,
  };
}

export function testRun(overrides: Partial<NewRun> = {}): NewRun {
  return {
    id: 'job-uid-1',
    cluster: 'embedded',
    namespace: 'default',
    jobName: 'job',
    jobUid: 'job-uid',
    attempt: 1,
    creator: 'user:default/guest',
    labels: { team: 'a' },
    pins: testPins(),
    plan: testPlan(),
    ...overrides,
  };
}

/** A passed item, unless told otherwise. */
export function testReport(
  index: number,
  overrides: Partial<ItemReport> = {},
): ItemReport {
  return {
    index,
    attempt: 1,
    status: 'passed',
    startedAt: '2026-11-23T00:00:00.000Z',
    durationMs: 12.5,
    checksTotal: 2,
    checksFailed: 0,
    turns: 1,
    toolCalls: 0,
    inputTokens: 100,
    outputTokens: 20,
    cachedTokens: 5,
    cost: 0.25,
    ...overrides,
  };
}

export function testTranscript(text: string): string {
  return JSON.stringify({
    version: 1,
    scenario: 'scenario-0',
    provider: 'provider-0',
    region: 'default',
    variant: 0,
    trial: 0,
    messages: [{ role: 'user', content: text }],
    checks: [],
  });
}
