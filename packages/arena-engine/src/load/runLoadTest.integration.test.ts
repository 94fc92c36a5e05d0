import {
  MockLlmOptions,
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import {
  ArrivalSchedule,
  LoadHistogram,
  LoadProfile,
  loadProfileSchema,
  LoadReport,
  loadReportSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';
import { LoadOutcome } from './LoadSample';
import { runLoadTest } from './runLoadTest';

jest.setTimeout(60_000);

/** Two processes of a machine may differ by so much in what time it is. */
const CLOCKS_MS = 20;

let server: MockLlmProcess | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(removeBundles);

interface Ran {
  report: LoadReport;
  outcomes: LoadOutcome[];
  /** Arrivals that were due in each second, as it was told. */
  targets: Map<number, number>;
}

async function run(
  changes: Partial<LoadProfile>,
  options: {
    server?: Omit<MockLlmOptions, 'answer' | 'reply'>;
    streaming?: boolean;
    provider?: Record<string, unknown>;
    turns?: number;
    meanwhile?: (process: MockLlmProcess) => void;
  } = {},
): Promise<Ran> {
  server = await startMockLlmProcess(options.server);
  const turn = {
    role: 'user',
    content: 'Hello',
    assertions: [{ type: 'contains', params: { patterns: ['ok'] } }],
  };
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        greets: {
          streaming: options.streaming ?? false,
          turns: Array.from({ length: options.turns ?? 1 }, () => turn),
        },
      },
      provider: {
        type: 'openai',
        model: 'any',
        base_url: server.url,
        additional_config: undefined,
        credential: undefined,
        ...options.provider,
      },
    }),
  });
  const bundle = await loadBundle(folder);
  const plan = bundle.plan({});
  const profile = loadProfileSchema.parse({
    mode: 'open',
    stages: [{ durationMs: 2_000, from: 50, to: 50 }],
    arrivals: 'constant',
    seed: 1,
    warmUpMs: 0,
    gracefulStopMs: 5_000,
    vusPerWorker: 1,
    maxInFlight: 2_000,
    exceedRateLimits: false,
    mix: [],
    slo: {},
    sampleRate: 1,
    thresholds: [],
    budgetCurrency: 'USD',
    ...changes,
  });
  const outcomes: LoadOutcome[] = [];
  const targets = new Map<number, number>();
  options.meanwhile?.(server);
  const report = await runLoadTest({
    bundle,
    plan,
    runnerOptions: { compat: false, secret: () => 'key' },
    profile,
    title: 'test',
    signal: new AbortController().signal,
    onOutcome: outcome => outcomes.push(outcome),
    onBatch: ({ batch, schedule }) => {
      if (!schedule) return;
      const { second } = batch.worker;
      targets.set(second, dueIn(schedule, second));
    },
  });
  return {
    report: loadReportSchema.parse(JSON.parse(JSON.stringify(report))),
    outcomes,
    targets,
  };
}

/** How many arrivals a second has. */
function dueIn(schedule: ArrivalSchedule, second: number): number {
  return (
    schedule.arrivalsUntil((second + 1) * 1_000) -
    schedule.arrivalsUntil(second * 1_000)
  );
}

const hold = (rate: number, durationMs: number) => ({
  durationMs,
  from: rate,
  to: rate,
});

const ascending = (values: number[]) => [...values].sort((x, y) => x - y);

/** How far so many arrivals are from the formula at 99 of 100 of the moments when one comes. */
function distance(times: number[], { profile }: LoadReport): number {
  const schedule = new ArrivalSchedule(profile);
  const distances = ascending(
    times.map((time, n) => Math.abs(n + 1 - schedule.expectedUntil(time))),
  );
  return distances[Math.floor(0.99 * distances.length) - 1];
}

describe('a load test', () => {
  it.each([
    { name: '50/s', stages: [hold(50, 2_000)] },
    { name: '500/s', stages: [hold(500, 3_000)] },
    {
      name: 'a ramp to 500/s and down',
      stages: [
        { durationMs: 2_000, from: 0, to: 500 },
        hold(500, 1_000),
        { durationMs: 1_000, from: 500, to: 100 },
      ],
    },
  ])(
    'sends what the formula says, by the log of the server: $name',
    async ({ stages }) => {
      const { report, outcomes } = await run({ stages });
      const calls = await server!.calls();
      const { total } = new ArrivalSchedule({ stages });
      expect(calls).toHaveLength(total);
      expect(new Set(outcomes.map(({ number }) => number)).size).toBe(total);
      expect(report.totals).toMatchObject({
        expected: total,
        sent: total,
        succeeded: total,
        passed: total,
        good: total,
        lost: 0,
      });
      const peak = Math.max(...stages.map(({ to }) => to)) / 1_000;
      const { p99 = NaN } = report.totals.times.lateness ?? {};
      const sent = ascending(outcomes.map(({ sentMs }) => sentMs));
      const received = ascending(
        calls.map(
          ({ receivedAt }) => receivedAt - Date.parse(report.startedAt),
        ),
      );
      expect(distance(sent, report)).toBeLessThanOrEqual(1 + peak * p99);
      // Nothing comes before it was sent, and a crowded machine takes its time.
      const onTheWay = ascending(received.map((time, n) => time - sent[n]));
      expect(onTheWay[0]).toBeGreaterThan(-CLOCKS_MS);
      expect(distance(received, report)).toBeLessThanOrEqual(
        1 + peak * (p99 + onTheWay[total - 1] + CLOCKS_MS),
      );
      expect(onTheWay[Math.floor(0.5 * total)]).toBeLessThan(500);
    },
  );

  it('reports what its raw records say', async () => {
    const { report, outcomes } = await run(
      {
        stages: [hold(100, 1_000), hold(200, 1_000)],
        warmUpMs: 500,
        sampleRate: 0.5,
      },
      { server: { latencyMs: 20 }, turns: 2 },
    );
    const measured = outcomes.filter(({ stage }) => stage > 0);
    expect(report.totals).toMatchObject({
      sent: 250,
      completed: measured.length,
      graded: measured.filter(({ graded }) => graded).length,
      calls: 2 * measured.length,
      measuredMs: 1_500,
    });
    expect(report.totals.graded).toBeGreaterThan(115);
    expect(report.totals.graded).toBeLessThan(135);
    const latency = new LoadHistogram();
    const lateness = new LoadHistogram();
    measured.forEach(({ dueMs, sentMs, endMs }) => {
      latency.record(endMs - dueMs);
      lateness.record(sentMs - dueMs);
    });
    // Of times that were added to and taken from the clock, the last microsecond may differ.
    for (const level of ['p50', 'p90', 'p99', 'max', 'mean'] as const) {
      const [a, b] = [report.totals.times.latency, latency.summary];
      expect(a?.[level]).toBeCloseTo(b?.[level] ?? NaN, 0);
      expect(report.totals.times.lateness?.[level]).toBeCloseTo(
        lateness.summary?.[level] ?? NaN,
        0,
      );
    }
  });

  it('shows the time that a server stood still in the latency of all that were due meanwhile', async () => {
    const { report, outcomes } = await run(
      { stages: [hold(50, 5_000)], slo: { latencyMs: 1_000 } },
      {
        meanwhile: process => {
          setTimeout(() => process.freeze(), 1_000);
          setTimeout(() => process.thaw(), 4_000);
        },
      },
    );
    const { latency, lateness } = report.totals.times;
    expect(outcomes).toHaveLength(250);
    expect(latency?.max).toBeGreaterThan(2_700);
    // Of 5 s, 3 are lost: the half waited for long.
    expect(latency?.p50).toBeGreaterThan(300);
    expect(lateness?.p99).toBeLessThan(500);
    expect(report.totals.good).toBeLessThan(180);
    expect(report.totals.good).toBeGreaterThan(50);
  });

  it('drops what a server at capacity leaves no place for, and the audit names it', async () => {
    const { report } = await run(
      { stages: [hold(200, 3_000)], maxInFlight: 50 },
      { server: { capacity: 5, latencyMs: 50 } },
    );
    const { sent, dropped, expected, lost } = report.totals;
    expect(dropped.inFlight).toBeGreaterThan(100);
    const unsent = Object.values(dropped).reduce((sum, n) => sum + n, 0);
    expect(sent + unsent).toBe(expected);
    expect(lost).toBe(0);
    expect(report.audit.verdict).toBe('invalid');
    expect(report.audit.reasons[0]).toMatch(
      /^stage 0: \d+\.\d % of 600 arrivals were not sent: \d+ dropped \(.*inFlight/,
    );
    expect(report.passed).toBe(false);
  });

  it('measures streams: first token, gaps, time per token', async () => {
    const { report } = await run(
      {
        stages: [hold(20, 1_000)],
        slo: { ttftMs: 10_000, itlMs: 10_000, tpotMs: 10_000 },
      },
      {
        streaming: true,
        server: { latencyMs: 100, chunks: 5, chunkIntervalMs: 30 },
        provider: { pricing: { input_cost_per_1k: 1, output_cost_per_1k: 1 } },
      },
    );
    const { ttft, itl, callLatency } = report.totals.times;
    expect(ttft?.count).toBe(20);
    expect(ttft?.p50).toBeGreaterThan(98);
    expect(ttft?.p50).toBeLessThan(callLatency?.p50 ?? 0);
    expect(itl?.count).toBeGreaterThan(10);
    // Pieces that are read late come together.
    expect(itl?.max).toBeGreaterThan(20);
    expect(report.totals.good).toBe(20);
    expect(report.cost.total).toBeGreaterThan(0);
  });

  it('counts refusals without waiting or asking again', async () => {
    const { report } = await run(
      { stages: [hold(50, 1_000)] },
      { server: { refuse: { every: 2, status: 429 } } },
    );
    expect(await server!.calls()).toHaveLength(50);
    expect(report.totals).toMatchObject({
      succeeded: 25,
      failed: { rate_limit: 25 },
      rateLimited: 25,
      errorRate: 0.5,
    });
    expect(report.totals.times.ttft).toBeUndefined();
  });

  it('cancels what does not end in time, and counts it', async () => {
    const { report } = await run(
      { stages: [hold(20, 1_000)], gracefulStopMs: 300 },
      { server: { latencyMs: 900 } },
    );
    const { failed, completed, succeeded } = report.totals;
    expect(completed).toBe(20);
    expect(failed.cancelled).toBeGreaterThan(0);
    expect(succeeded + failed.cancelled).toBe(20);
  });

  it('stops when a threshold asks for it', async () => {
    const { report } = await run(
      {
        stages: [hold(50, 20_000)],
        thresholds: [
          {
            metric: 'error_rate',
            operator: '<',
            value: '0.1',
            abortOnFail: true,
          },
        ],
      },
      { server: { refuse: { every: 3, status: 500 } } },
    );
    expect(report.endedBy).toBe('threshold');
    expect(report.totals.measuredMs).toBeLessThanOrEqual(report.elapsedMs);
    expect(report.elapsedMs).toBeLessThan(10_000);
    expect(report.passed).toBe(false);
    // What the end left unsent is no fault of the sender.
    expect(report.audit.reasons.join()).not.toMatch(/stopped/);
  });

  it('never spends more than the budget, by the log of the server', async () => {
    const { report } = await run(
      { stages: [hold(100, 20_000)], budgetLimit: 0.1 },
      {
        server: { latencyMs: 300 },
        provider: {
          defaults: { max_tokens: 50 },
          pricing: { input_cost_per_1k: 0.01, output_cost_per_1k: 0.01 },
        },
      },
    );
    const { succeeded, failed, cost } = report.totals;
    const calls = await server!.calls();
    // All calls are alike, and so is what each costs.
    expect(calls).toHaveLength(succeeded);
    const spent = calls.length * (cost / succeeded);
    expect(spent).toBeLessThanOrEqual(0.1);
    expect(spent).toBeGreaterThan(0.09);
    expect(failed.budget).toBeGreaterThan(0);
    expect(report.endedBy).toBe('budget');
    expect(report.passed).toBe(false);
    // What was leased and not sent yet.
    expect(report.totals.dropped.budget).toBeGreaterThan(0);
    expect(report.totals.dropped.stopped).toBeUndefined();
  });

  it('fails when the budget is used up in the last second', async () => {
    const { report } = await run(
      { stages: [hold(100, 1_000)], budgetLimit: 0.02 },
      {
        server: { latencyMs: 10 },
        provider: {
          defaults: { max_tokens: 50 },
          pricing: { input_cost_per_1k: 0.01, output_cost_per_1k: 0.01 },
        },
      },
    );
    expect(report.totals.sent).toBeLessThan(100);
    expect(report.endedBy).toBe('budget');
    expect(report.passed).toBe(false);
  });

  it('keeps so many conversations in flight in a closed loop', async () => {
    const { report, outcomes } = await run(
      {
        mode: 'closed',
        stages: [{ durationMs: 2_000, from: 4, to: 4 }],
        vusPerWorker: 3,
      },
      { server: { latencyMs: 100 } },
    );
    expect(report.workers[0].inFlight).toBe(12);
    expect(outcomes.length).toBeGreaterThan(60);
    expect(outcomes.length).toBeLessThanOrEqual(12 * 21);
    expect(report.totals.expected).toBeUndefined();
  });

  it('finds the highest good rate', async () => {
    const { report, targets } = await run(
      {
        stages: [hold(50, 1_000)],
        slo: { latencyMs: 1_000 },
        search: {
          startRPS: 20,
          maxRPS: 800,
          stepDurationMs: 1_000,
          precision: 0.3,
        },
      },
      { server: { capacity: 2, latencyMs: 40 } },
    );
    // Two at a time, 25 a second each, and what a queue of a second takes beside that.
    expect(report.endedBy).toBe('search');
    expect(report.search?.rate).toBeGreaterThanOrEqual(20);
    expect(report.search?.rate).toBeLessThan(400);
    expect(report.search?.steps.some(({ good }) => !good)).toBe(true);
    // Each second was told with the step that it belonged to.
    const schedule = new ArrivalSchedule({
      stages: report.stages.map(({ startMs, endMs, from, to }) => ({
        durationMs: endMs - startMs,
        from,
        to,
      })),
    });
    for (const [second, target] of targets) {
      expect([second, target]).toEqual([second, dueIn(schedule, second)]);
    }
    expect(Math.max(...targets.values())).toBeGreaterThan(50);
  });
});
