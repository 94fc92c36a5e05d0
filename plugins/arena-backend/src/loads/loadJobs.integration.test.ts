import {
  MockLlmCall,
  MockLlmOptions,
  MockLlmProcess,
  startMockLlmProcess,
} from '@backstage-arena/arena-devcluster';
import {
  ArrivalSchedule,
  LoadCourse,
  LoadReport,
  loadReportSchema,
} from '@backstage-arena/plugin-arena-common/load';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeLoadBundle } from '../__testUtils__/loadBundle';
import {
  finished,
  startPortal,
  TestPortal,
} from '../__testUtils__/startPortal';

jest.setTimeout(180_000);

/** Of the server. */
const LATENCY_MS = 10;
/** Two processes of a machine may differ by so much in what time it is. */
const CLOCKS_MS = 10;

const apiVersion = 'omnia.altairalabs.ai/v1alpha1';

/** What the server charges for a call, by the prices of the bundle. */
function costOf({ usage }: MockLlmCall): number {
  return usage ? (usage.input * 1 + usage.output * 2) / 1_000 : 0;
}

describe('load tests as jobs', () => {
  let folder: string;
  let portal: TestPortal;
  let server: MockLlmProcess | undefined;
  let count = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-loads-'));
    portal = await startPortal(folder, { workspaceRoot: folder });
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a job against a server of its own. */
  async function start(
    loadTest: object,
    options: {
      workers?: object;
      server?: Omit<MockLlmOptions, 'answer' | 'reply'>;
    } = {},
  ): Promise<string> {
    count += 1;
    const name = `load-${count}`;
    server = await startMockLlmProcess({
      latencyMs: LATENCY_MS,
      ...options.server,
    });
    writeLoadBundle(join(folder, name), { url: server.url });
    const metadata = { name, namespace: 'default' };
    await portal.call('POST', `${portal.objects}/arenasources`, {
      apiVersion,
      kind: 'ArenaSource',
      metadata,
      spec: { type: 'workspace', workspace: { path: name }, interval: '1h' },
    });
    await portal.call('POST', `${portal.objects}/arenajobs`, {
      apiVersion,
      kind: 'ArenaJob',
      metadata,
      spec: {
        sourceRef: { name },
        type: 'loadtest',
        loadTest,
        workers: options.workers,
      },
    });
    return name;
  }

  const end = (name: string) =>
    portal.waitFor('arenajobs', name, finished, 120_000);

  const running = async (name: string): Promise<string> => {
    const job = await portal.waitFor(
      'arenajobs',
      name,
      ({ status }) => status?.phase === 'Running' || finished({ status }),
    );
    return job.status.run.id;
  };

  const load = (runId: string) =>
    portal.call('GET', `${portal.base}/runs/${runId}/load`);

  /** Waits until the test has run for so long. */
  async function until(runId: string, ms: number): Promise<void> {
    for (;;) {
      const { nowMs = -Infinity } = await load(runId);
      if (nowMs >= ms) return;
      await sleep(50);
    }
  }

  async function reportOf(job: any): Promise<LoadReport> {
    const response = await fetch(
      `${portal.base}/runs/${job.status.run.id}/reports/loadtest.json`,
    );
    expect(response.status).toBe(200);
    return loadReportSchema.parse(await response.json());
  }

  /** When calls came, in milliseconds from the start of the test. */
  async function arrivals(report: LoadReport): Promise<number[]> {
    const origin = Date.parse(report.startedAt);
    const calls = await server!.calls();
    return calls.map(({ receivedAt }) => receivedAt - origin);
  }

  /** How far the calls that the server saw are from the formula, at the worst moment. */
  function distance(times: number[], { profile }: LoadReport): number {
    const schedule = new ArrivalSchedule(profile);
    const sorted = [...times].sort((a, b) => a - b);
    return Math.max(
      ...sorted.map((time, n) =>
        Math.abs(n + 0.5 - schedule.expectedUntil(time)),
      ),
    );
  }

  /** How late the server saw anything at most: sent late, on the way, or the server had no time itself. */
  function delayMs({ totals }: LoadReport): number {
    const { lateness, callLatency } = totals.times;
    return lateness!.max + callLatency!.max - LATENCY_MS + CLOCKS_MS;
  }

  it.each([
    { rate: 50, workers: 1, rampUp: '0s' },
    { rate: 200, workers: 4, rampUp: '3s' },
  ])(
    'sends what the formula says: $rate/s by $workers, ramp of $rampUp',
    async ({ rate, workers, rampUp }) => {
      const name = await start(
        { targetRPS: rate, rampUp, duration: '6s' },
        { workers: { replicas: workers } },
      );
      const job = await end(name);
      const report = await reportOf(job);
      const times = await arrivals(report);
      const { totals } = report;
      expect(report.workers).toHaveLength(workers);
      expect(totals).toMatchObject({ lost: 0, dropped: {} });
      expect(totals.sent).toBe(totals.expected);
      expect(times).toHaveLength(totals.sent);
      expect(distance(times, report)).toBeLessThanOrEqual(
        1 + (rate * delayMs(report)) / 1_000,
      );
      // A machine that is busy otherwise is no fault of ours, but must be told of.
      const isInvalid = report.audit.verdict === 'invalid';
      expect(job.status).toMatchObject({
        phase: isInvalid ? 'Failed' : 'Succeeded',
        progress: { total: totals.sent, completed: totals.sent, pending: 0 },
      });
    },
  );

  it('reports what its records add up to', async () => {
    const name = await start(
      { targetRPS: 40, rampUp: '1s', duration: '4s', warmUp: '1s' },
      { workers: { replicas: 2 } },
    );
    const job = await end(name);
    const report = await reportOf(job);
    const lines = await text(job, 'loadtest-series.jsonl');
    const batches = lines
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const course = new LoadCourse(report.profile);
    batches.reverse().forEach(batch => course.accumulator.add(batch));
    const { title, endedBy, elapsedMs } = report;
    const startedAt = new Date(report.startedAt);
    const again = course.report({ title, startedAt, elapsedMs, endedBy });
    expect(loadReportSchema.parse(JSON.parse(JSON.stringify(again)))).toEqual({
      ...report,
      totals: { ...report.totals, cost: expect.closeTo(report.totals.cost) },
      stages: report.stages.map(stage => ({
        ...stage,
        cost: expect.closeTo(stage.cost),
      })),
      cost: expect.anything(),
      providers: expect.anything(),
      scenarios: expect.anything(),
    });
    const { reports } = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(reports.map((each: { name: string }) => each.name).sort()).toEqual([
      'loadtest-series.csv',
      'loadtest-series.jsonl',
      'loadtest.html',
      'loadtest.json',
      'loadtest.prom',
      'manifest.json',
    ]);
    const { rows, next } = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}/load/series`,
    );
    const sum = (field: string) =>
      rows.reduce((all: number, row: any) => all + row[field], 0);
    expect(sum('sent')).toBe((await server!.calls()).length);
    expect(next).toBe(rows[rows.length - 1].second + 1);
  });

  it('goes on without a worker that is killed, and says what it does not know', async () => {
    const name = await start(
      { targetRPS: 100, rampUp: '0s', duration: '8s' },
      { workers: { replicas: 3 } },
    );
    const runId = await running(name);
    await until(runId, 2_500);
    const [victim] = await pidsOf(runId);
    process.kill(victim, 'SIGKILL');
    const job = await end(name);
    const report = await reportOf(job);
    const { totals, audit } = report;
    const calls = (await server!.calls()).length;
    const dropped = Object.values(totals.dropped).reduce((a, b) => a + b, 0);
    expect(totals.sent + dropped + totals.lost).toBe(800);
    // The calls of the killed one that it could not tell of are lost, and nothing is counted twice.
    expect(totals.sent).toBeLessThanOrEqual(calls);
    expect(calls).toBeLessThanOrEqual(totals.sent + totals.lost);
    // It had a third of the seconds that were leased, three at most, and of the one that it had not reported.
    expect(totals.lost).toBeGreaterThan(0);
    expect(totals.lost).toBeLessThanOrEqual((100 / 3) * 5);
    expect(audit.verdict).not.toBe('valid');
    expect(audit.reasons.join('\n')).toMatch(
      /was not heard of (after second|for)/,
    );
  });

  it('shows a server that stands still in the latencies from the intended start', async () => {
    const name = await start({
      targetRPS: 40,
      rampUp: '0s',
      duration: '8s',
    });
    const runId = await running(name);
    await until(runId, 2_000);
    server!.freeze();
    await sleep(3_000);
    server!.thaw();
    const report = await reportOf(await end(name));
    const { totals } = report;
    expect(totals).toMatchObject({ sent: 320, succeeded: 320, lost: 0 });
    expect(totals.times.latency!.max).toBeGreaterThan(2_800);
    // Those that were due while it stood: three of eight seconds.
    expect(totals.times.latency!.p90).toBeGreaterThan(1_500);
    expect(await server!.calls()).toHaveLength(320);
  });

  it('does not believe a worker that stood still', async () => {
    const name = await start(
      { targetRPS: 60, rampUp: '0s', duration: '9s' },
      { workers: { replicas: 2 } },
    );
    const runId = await running(name);
    await until(runId, 2_000);
    const [slow] = await pidsOf(runId);
    process.kill(slow, 'SIGSTOP');
    await sleep(3_000);
    process.kill(slow, 'SIGCONT');
    const report = await reportOf(await end(name));
    const { totals, audit } = report;
    expect(totals.dropped.late).toBeGreaterThan(20);
    expect(totals.lost).toBe(0);
    expect(totals.sent + totals.dropped.late!).toBe(540);
    expect(await server!.calls()).toHaveLength(totals.sent);
    expect(audit.verdict).not.toBe('valid');
    expect(audit.reasons.join('\n')).toMatch(
      /were not sent: \d+ dropped \(late\)/,
    );
  });

  it('never spends more than its budget, whatever becomes of the workers', async () => {
    const name = await start(
      {
        targetRPS: 100,
        rampUp: '0s',
        duration: '30s',
        budgetLimit: '20.00',
      },
      { workers: { replicas: 4 }, server: { latencyMs: 500 } },
    );
    const runId = await running(name);
    await until(runId, 1_500);
    const [victim] = await pidsOf(runId);
    process.kill(victim, 'SIGKILL');
    const job = await end(name);
    const report = await reportOf(job);
    const calls = await server!.calls();
    const cost = calls.reduce((sum, call) => sum + costOf(call), 0);
    expect(cost).toBeLessThanOrEqual(20);
    // What the killed one had, and what was too little for a call, remains.
    expect(cost).toBeGreaterThan(10);
    expect(report.cost.total).toBeLessThanOrEqual(cost + 1e-9);
    expect(report).toMatchObject({ endedBy: 'budget', passed: false });
    expect(job.status.phase).toBe('Failed');
    expect(job.status.conditions).toContainEqual(
      expect.objectContaining({ reason: 'BudgetExhausted' }),
    );
  });

  it('is changed, paused and stopped while it runs', async () => {
    const name = await start({ targetRPS: 20, rampUp: '0s', duration: '5m' });
    const runId = await running(name);
    const control = (body: object) =>
      portal.call('POST', `${portal.base}/runs/${runId}/load/controls`, body);
    await until(runId, 1_000);
    const changed = await control({ action: 'rate', target: 80 });
    const { atMs } = changed.controls[0];
    await until(runId, atMs + 2_000);
    const paused = await control({ action: 'pause' });
    const pausedAt = paused.controls[1].atMs;
    await until(runId, pausedAt + 1_500);
    await control({ action: 'stop' });
    await expect(control({ action: 'pause' })).rejects.toThrow(/409/);
    const job = await end(name);
    expect(job.status.phase).toBe('Failed');
    const report = await reportOf(job);
    const times = await arrivals(report);
    const between = (from: number, to: number) =>
      times.filter(time => time >= from && time < to).length;
    expect(between(0, atMs)).toBeGreaterThan((atMs / 1_000) * 20 - 15);
    expect(between(atMs, atMs + 2_000)).toBeGreaterThan(130);
    expect(between(pausedAt + 500, pausedAt + 10_000)).toBe(0);
    expect(report).toMatchObject({ endedBy: 'stopped' });
    expect(report.stages.map(({ from }) => from)).toEqual([20, 80, 0]);
  });

  it('ends early by a threshold, and is cancelled', async () => {
    const missed = await start({
      targetRPS: 20,
      rampUp: '0s',
      duration: '60s',
      thresholds: [
        {
          metric: 'latency_p95',
          operator: '<',
          value: '1ms',
          abortOnFail: true,
          delayAbortEval: '2s',
        },
      ],
    });
    const job = await end(missed);
    expect(job.status.phase).toBe('Failed');
    expect(job.status.result.summary).toMatchObject({
      endedBy: 'threshold',
      'threshold:latency_p95': expect.stringContaining('FAIL'),
    });
    await server!.stop();
    const cancelled = await start({
      targetRPS: 20,
      rampUp: '0s',
      duration: '60s',
    });
    const runId = await running(cancelled);
    await until(runId, 2_500);
    await portal.call(
      'POST',
      `${portal.objects}/arenajobs/${cancelled}/cancel`,
    );
    const { status } = await end(cancelled);
    expect(status.phase).toBe('Cancelled');
    const report = await waitForReport(runId);
    expect(report).toMatchObject({ endedBy: 'stopped', passed: false });
    expect(report.totals.sent).toBeGreaterThan(10);
  });

  it('gets more workers when those that it has cannot keep up', async () => {
    const name = await start(
      { targetRPS: 20, rampUp: '0s', duration: '25s' },
      { workers: { minReplicas: 1, maxReplicas: 2 } },
    );
    const runId = await running(name);
    // What a worker has too little of, it has not if it stands still again and again.
    await until(runId, 1_000);
    const [slow] = await pidsOf(runId);
    for (let n = 0; n < 12; n += 1) {
      process.kill(slow, 'SIGSTOP');
      await sleep(500);
      process.kill(slow, 'SIGCONT');
      await sleep(200);
    }
    const report = await reportOf(await end(name));
    expect(report.workers).toHaveLength(2);
    expect(report.totals.lost).toBe(0);
    const both = report.workers.map(({ sent }) => sent);
    expect(Math.min(...both)).toBeGreaterThan(20);
  });

  async function text(job: any, file: string): Promise<string> {
    const response = await fetch(
      `${portal.base}/runs/${job.status.run.id}/reports/${file}`,
    );
    expect(response.status).toBe(200);
    return response.text();
  }

  async function pidsOf(runId: string): Promise<number[]> {
    const { workers } = await portal.call(
      'GET',
      `${portal.base}/runs/${runId}`,
    );
    return workers.map(({ pid }: { pid: number }) => pid);
  }

  /** Of a cancelled job the reports come after its end. */
  async function waitForReport(runId: string): Promise<LoadReport> {
    for (let n = 0; n < 300; n += 1) {
      const { state, reports } = await portal.call(
        'GET',
        `${portal.base}/runs/${runId}`,
      );
      if (state === 'Closed' && reports.length > 0) break;
      await sleep(100);
    }
    return reportOf({ status: { run: { id: runId } } });
  }
});
