import {
  ItemReport,
  RunPins,
  Transcript,
  withOffsets,
} from '@backstage-arena/plugin-arena-common';
import { NewRun } from '../../runs/RunStore';
import { ApiTestBed } from './apiTestBed';

export const pins: RunPins = {
  source: {
    name: 'source',
    uid: 'source-uid',
    revision: 'r1',
    digest: `sha256:${'a'.repeat(64)}`,
  },
  arenaFile: 'config.arena.yaml',
  type: 'evaluation',
  compat: false,
  outputFormats: ['json'],
  concurrency: 10,
  itemTimeoutMs: 60_000,
  maxAttempts: 1,
  verbose: false,
  engineVersion: '1',
  planVersion: 1,
};

/** A run of two scenarios with two providers and two trials: eight items. */
export async function createRun(
  bed: ApiTestBed,
  overrides: Partial<NewRun> = {},
): Promise<string> {
  const jobUid = overrides.jobUid ?? 'job-uid';
  const attempt = overrides.attempt ?? 1;
  const scenario = (id: string) => ({
    id,
    providers: [0, 1],
    variants: 1,
    trials: 2,
    key: `key-${id}`,
  });
  const provider = (id: string) => ({
    id,
    group: 'default',
    type: 'mock',
    key: `key-${id}`,
  });
  const { id } = await bed.services.runs.create({
    id: `${jobUid}-${attempt}`,
    cluster: 'embedded',
    namespace: 'team',
    jobName: 'a',
    jobUid,
    attempt,
    labels: {},
    pins,
    plan: withOffsets({
      version: 1,
      engineVersion: '1',
      regions: ['default'],
      providers: [provider('one'), provider('two')],
      scenarios: [scenario('refund'), scenario('delivery')],
    }),
    ...overrides,
  });
  return id;
}

/** Leases items as a worker does, and reports the given results for as many of them. */
export async function work(
  bed: ApiTestBed,
  runId: string,
  statuses: Array<ItemReport['status']>,
): Promise<void> {
  const { queue } = bed.services;
  const workerId = 'worker-1';
  await queue.register(runId, {
    protocolVersion: 1,
    workerId,
    engineVersion: '1',
    host: 'test',
  });
  const lease = await queue.lease(runId, {
    workerId,
    capacity: statuses.length,
  });
  if (lease.state !== 'granted') throw new Error(`Lease is ${lease.state}`);
  const indexes = [
    ...lease.ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i),
    ),
    ...lease.items.map(item => item.index),
  ];
  await queue.report(runId, {
    workerId,
    leaseId: lease.leaseId,
    fence: lease.fence,
    results: statuses.map((status, i) => ({
      index: indexes[i],
      attempt: 1,
      status,
      startedAt: bed.clock.now().toISOString(),
      durationMs: 100 * (i + 1),
      ...(status === 'errored' && {
        error: { class: 'provider', message: 'broke', retryable: false },
      }),
      checksTotal: 1,
      checksFailed: status === 'failed' ? 1 : 0,
      turns: 1,
      toolCalls: 0,
      inputTokens: 10,
      outputTokens: 20,
      cachedTokens: 0,
      cost: 0.001,
      transcript: JSON.stringify(transcript(`item ${indexes[i]}`)),
    })),
  });
}

function transcript(content: string): Transcript {
  return {
    version: 1,
    scenario: 'refund',
    provider: 'one',
    region: 'default',
    variant: 0,
    trial: 0,
    messages: [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content },
    ],
    checks: [],
  };
}
