import { setTimeout as sleep } from 'node:timers/promises';
import {
  delayMs,
  distance,
  useLoadPortal,
} from './__testUtils__/useLoadPortal';

jest.setTimeout(240_000);

/** Longer than others, and in need of a machine that does nothing else: `npm test -- --only load`. */
describe('load tests as jobs, by the log of the server', () => {
  const load = useLoadPortal();

  const cases = [50, 500, 2_000].flatMap(rate =>
    [1, 4].flatMap(workers =>
      ['0s', '4s'].map(rampUp => ({ rate, workers, rampUp })),
    ),
  );

  it.each(cases)(
    '$rate/s by $workers worker(s), ramp of $rampUp: every arrival once, when the formula says',
    async ({ rate, workers, rampUp }) => {
      const name = await load.start(
        { targetRPS: rate, rampUp, duration: '8s' },
        { workers: { replicas: workers } },
      );
      const report = await load.reportOf(await load.end(name));
      const times = await load.arrivals(report);
      const { totals, audit } = report;
      const dropped = Object.values(totals.dropped).reduce((a, b) => a + b, 0);
      process.stdout.write(
        `${rate}/s by ${workers}, ramp ${rampUp}: ${totals.sent} sent of ${
          totals.expected
        }, ${dropped} dropped, ${
          totals.lost
        } lost, lateness p50 ${totals.times.lateness!.p50.toFixed(
          2,
        )} p99 ${totals.times.lateness!.p99.toFixed(
          2,
        )} max ${totals.times.lateness!.max.toFixed(1)} ms, distance ${distance(
          times,
          report,
        ).toFixed(1)}, ${audit.verdict}: ${audit.reasons.join('; ')}\n`,
      );
      expect(totals.lost).toBe(0);
      expect(totals.sent + dropped).toBe(totals.expected);
      expect(times).toHaveLength(totals.sent);
      // What was dropped is told of; without that the load is what the formula says.
      const told = dropped > 0 && audit.verdict !== 'valid';
      const bound = 1 + (rate * delayMs(report)) / 1_000;
      expect(told || distance(times, report) <= bound).toBe(true);
    },
  );

  it('shows a server that stands still in the latencies from the intended start', async () => {
    const name = await load.start({
      targetRPS: 40,
      rampUp: '0s',
      duration: '8s',
    });
    const runId = await load.running(name);
    await load.until(runId, 2_000);
    load.server.freeze();
    await sleep(3_000);
    load.server.thaw();
    const report = await load.reportOf(await load.end(name));
    const { totals } = report;
    expect(totals).toMatchObject({ sent: 320, succeeded: 320, lost: 0 });
    expect(totals.times.latency!.max).toBeGreaterThan(2_800);
    // Those that were due while it stood: three of eight seconds.
    expect(totals.times.latency!.p90).toBeGreaterThan(1_500);
    expect(await load.server.calls()).toHaveLength(320);
  });

  it('does not believe a worker that stood still', async () => {
    const name = await load.start(
      { targetRPS: 60, rampUp: '0s', duration: '9s' },
      { workers: { replicas: 2 } },
    );
    const runId = await load.running(name);
    await load.until(runId, 2_000);
    const [slow] = await load.pidsOf(runId);
    process.kill(slow, 'SIGSTOP');
    await sleep(3_000);
    process.kill(slow, 'SIGCONT');
    const report = await load.reportOf(await load.end(name));
    const { totals, audit } = report;
    expect(totals.dropped.late).toBeGreaterThan(20);
    expect(totals.lost).toBe(0);
    expect(totals.sent + totals.dropped.late!).toBe(540);
    expect(await load.server.calls()).toHaveLength(totals.sent);
    expect(audit.verdict).not.toBe('valid');
    expect(audit.reasons.join('\n')).toMatch(
      /were not sent: \d+ dropped \(late\)/,
    );
  });

  it('gets more workers when those that it has cannot keep up', async () => {
    const name = await load.start(
      { targetRPS: 20, rampUp: '0s', duration: '25s' },
      { workers: { minReplicas: 1, maxReplicas: 2 } },
    );
    const runId = await load.running(name);
    // What a worker has too little of, it has not if it stands still again and again.
    await load.until(runId, 1_000);
    const [slow] = await load.pidsOf(runId);
    for (let n = 0; n < 12; n += 1) {
      process.kill(slow, 'SIGSTOP');
      await sleep(500);
      process.kill(slow, 'SIGCONT');
      await sleep(200);
    }
    const report = await load.reportOf(await load.end(name));
    expect(report.workers).toHaveLength(2);
    expect(report.totals.lost).toBe(0);
    const both = report.workers.map(({ sent }) => sent);
    expect(Math.min(...both)).toBeGreaterThan(20);
  });

  it('shows a server that can do no more in latencies, goodput and drops', async () => {
    const name = await load.start(
      {
        targetRPS: 50,
        rampUp: '0s',
        duration: '8s',
        maxInFlight: 100,
        slo: { latency: '500ms' },
        gracefulStop: '30s',
      },
      // Twenty calls a second.
      { server: { latencyMs: 200, capacity: 4 } },
    );
    const report = await load.reportOf(await load.end(name));
    const { totals, audit } = report;
    const { inFlight = 0 } = totals.dropped;
    expect(totals.sent + inFlight).toBe(400);
    expect(inFlight).toBeGreaterThan(50);
    expect(totals.times.latency!.p99).toBeGreaterThan(2_000);
    expect(totals.goodput!).toBeLessThan(20);
    expect(audit.reasons.join('\n')).toMatch(/dropped \(inFlight\)/);
    expect(await load.server.calls()).toHaveLength(totals.sent);
  });
});
