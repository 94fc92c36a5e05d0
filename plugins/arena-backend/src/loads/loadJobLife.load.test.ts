import { MockLlmCall } from '@backstage-arena/arena-devcluster';
import {
  LoadCourse,
  LoadReport,
  LoadSeriesPage,
  LoadSeriesRow,
} from '@backstage-arena/plugin-arena-common/load';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  delayMs,
  distance,
  useLoadPortal,
} from './__testUtils__/useLoadPortal';

jest.setTimeout(180_000);

/** What the server charges for a call, by the prices of the bundle. */
function costOf({ usage }: MockLlmCall): number {
  return usage ? (usage.input * 1 + usage.output * 2) / 1_000 : 0;
}

/** Sums of fractions depend on their order, in their last digits. */
function rounded(report: LoadReport): unknown {
  return JSON.parse(
    JSON.stringify(report, (_, value) =>
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    ),
  );
}

describe('load tests as jobs', () => {
  const load = useLoadPortal();

  it.each([
    { rate: 50, workers: 1, rampUp: '0s' },
    { rate: 200, workers: 4, rampUp: '3s' },
  ])(
    'sends what the formula says: $rate/s by $workers, ramp of $rampUp',
    async ({ rate, workers, rampUp }) => {
      const name = await load.start(
        { targetRPS: rate, rampUp, duration: '6s' },
        { workers: { replicas: workers } },
      );
      const job = await load.end(name);
      const report = await load.reportOf(job);
      const times = await load.arrivals(report);
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
    const name = await load.start(
      { targetRPS: 40, rampUp: '1s', duration: '4s', warmUp: '1s' },
      { workers: { replicas: 2 } },
    );
    const job = await load.end(name);
    const report = await load.reportOf(job);
    const lines = await load.file(job.status.run.id, 'loadtest-series.jsonl');
    const batches = lines
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const course = new LoadCourse(report.profile);
    batches.reverse().forEach(batch => course.accumulator.add(batch));
    const { title, endedBy, elapsedMs } = report;
    const startedAt = new Date(report.startedAt);
    const again = course.report({ title, startedAt, elapsedMs, endedBy });
    expect(rounded(again)).toEqual(rounded(report));
    const { reports } = await load.run(job.status.run.id);
    expect(reports.map((each: { name: string }) => each.name).sort()).toEqual([
      'loadtest-series.csv',
      'loadtest-series.jsonl',
      'loadtest.html',
      'loadtest.json',
      'loadtest.prom',
      'manifest.json',
    ]);
    const { rows, next }: LoadSeriesPage = await load.portal.call(
      'GET',
      `${load.portal.base}/runs/${job.status.run.id}/load/series`,
    );
    const sum = (field: keyof LoadSeriesRow) =>
      rows.reduce((all, row) => all + Number(row[field]), 0);
    expect(sum('sent')).toBe((await load.server.calls()).length);
    expect(next).toBe(rows[rows.length - 1].second + 1);
  });

  it('goes on without a worker that is killed, and says what it does not know', async () => {
    const name = await load.start(
      { targetRPS: 100, rampUp: '0s', duration: '8s' },
      { workers: { replicas: 3 } },
    );
    const runId = await load.running(name);
    await load.until(runId, 2_500);
    const [victim] = await load.pidsOf(runId);
    process.kill(victim, 'SIGKILL');
    const job = await load.end(name);
    const report = await load.reportOf(job);
    const { totals, audit } = report;
    const calls = (await load.server.calls()).length;
    const dropped = Object.values(totals.dropped).reduce((a, b) => a + b, 0);
    expect(totals.sent + dropped + totals.lost).toBe(800);
    // The calls of the killed one that it could not tell of are lost, and nothing is counted twice.
    expect(totals.sent).toBeLessThanOrEqual(calls);
    expect(calls).toBeLessThanOrEqual(totals.sent + totals.lost);
    // It had a third of the seconds that were leased, three at most, and of the one that it had not reported.
    expect(totals.lost).toBeGreaterThan(0);
    expect(totals.lost).toBeLessThanOrEqual((100 / 3) * 5);
    expect(audit.verdict).not.toBe('valid');
    // One that was killed before it had reported anything is known by what is missing alone.
    expect(audit.reasons.join('\n')).toMatch(
      /was not heard of (after second|for)|\d+ lost/,
    );
  });

  it('never spends more than its budget, whatever becomes of the workers', async () => {
    const name = await load.start(
      {
        targetRPS: 100,
        rampUp: '0s',
        duration: '30s',
        budgetLimit: '20.00',
      },
      { workers: { replicas: 4 }, server: { latencyMs: 500 } },
    );
    const runId = await load.running(name);
    await load.until(runId, 1_500);
    const [victim] = await load.pidsOf(runId);
    process.kill(victim, 'SIGKILL');
    const job = await load.end(name);
    const report = await load.reportOf(job);
    const calls = await load.server.calls();
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
    const name = await load.start({
      targetRPS: 20,
      rampUp: '0s',
      duration: '5m',
    });
    const runId = await load.running(name);
    const control = (command: object) => load.control(runId, command);
    await load.until(runId, 1_000);
    const changed = await control({ action: 'rate', target: 80 });
    const { atMs } = changed.controls[0];
    await load.until(runId, atMs + 2_000);
    const paused = await control({ action: 'pause' });
    const pausedAt = paused.controls[1].atMs;
    await load.until(runId, pausedAt + 1_500);
    await control({ action: 'stop' });
    await expect(control({ action: 'pause' })).rejects.toThrow(/409/);
    const job = await load.end(name);
    expect(job.status.phase).toBe('Failed');
    const report = await load.reportOf(job);
    const times = await load.arrivals(report);
    const between = (from: number, to: number) =>
      times.filter(time => time >= from && time < to).length;
    expect(between(0, atMs)).toBeGreaterThan((atMs / 1_000) * 20 - 15);
    expect(between(atMs, atMs + 2_000)).toBeGreaterThan(130);
    expect(between(pausedAt + 500, pausedAt + 10_000)).toBe(0);
    expect(report).toMatchObject({ endedBy: 'stopped' });
    expect(report.stages.map(({ from }) => from)).toEqual([20, 80, 0]);
  });

  it('ends early by a threshold, and is cancelled', async () => {
    const missed = await load.start({
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
    const job = await load.end(missed);
    expect(job.status.phase).toBe('Failed');
    expect(job.status.result.summary).toMatchObject({
      endedBy: 'threshold',
      'threshold:latency_p95': expect.stringContaining('FAIL'),
    });
    const cancelled = await load.start({
      targetRPS: 20,
      rampUp: '0s',
      duration: '60s',
    });
    const runId = await load.running(cancelled);
    await load.until(runId, 2_500);
    const { call, objects } = load.portal;
    await call('POST', `${objects}/arenajobs/${cancelled}/cancel`);
    const { status } = await load.end(cancelled);
    expect(status.phase).toBe('Cancelled');
    const report = await waitForReport(runId);
    expect(report).toMatchObject({ endedBy: 'stopped', passed: false });
    expect(report.totals.sent).toBeGreaterThan(10);
  });

  /** Of a cancelled job the reports come after its end. */
  async function waitForReport(runId: string): Promise<LoadReport> {
    for (let n = 0; n < 300; n += 1) {
      const { state, reports } = await load.run(runId);
      if (state === 'Closed' && reports.length > 0) break;
      await sleep(100);
    }
    return load.reportOf({ status: { run: { id: runId } } });
  }
});
