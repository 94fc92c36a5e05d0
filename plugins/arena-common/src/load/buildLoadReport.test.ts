import * as fc from 'fast-check';
import {
  batch,
  full,
  HUNDRED,
  report,
  series,
} from './__testUtils__/loadReports';

describe('the report of a load test', () => {
  it('leaves the warm-up out, but not its cost', () => {
    const { totals, stages, audit, cost, passed } = report(full());
    expect(
      stages.map(({ measured, expected, sent }) => [measured, expected, sent]),
    ).toEqual([
      [false, 200, 200],
      [true, 800, 800],
    ]);
    expect(totals).toMatchObject({
      expected: 800,
      sent: 800,
      lost: 0,
      measuredMs: 8_000,
      throughput: 100,
      goodput: 100,
      errorRate: 0,
    });
    expect(totals.times.latency).toMatchObject({
      count: 800,
    });
    expect(totals.times.latency?.p50).toBeCloseTo(50, 1);
    expect(totals.times.latency?.max).toBeCloseTo(100, 1);
    expect(cost.total).toBeCloseTo(10, 9);
    expect(cost.perThousand).toBeCloseTo(10, 9);
    expect(audit).toMatchObject({ verdict: 'valid', reasons: [] });
    expect(passed).toBe(true);
  });

  it('adds up to the same whatever the order and the parts', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
            maxLength: 20,
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        parts => {
          const whole = report([
            batch(3, [{ providers: { p: series(parts.flat()) } }]),
          ]);
          const merged = report(
            [...parts]
              .reverse()
              .map(part => batch(3, [{ providers: { p: series(part) } }])),
          );
          expect(merged.totals.times).toEqual(whole.totals.times);
          expect(merged.totals.sent).toBe(whole.totals.sent);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each(['stopped', 'threshold', 'budget'] as const)(
    'is not passed when it was ended early, and rates are of the time until then: %s',
    endedBy => {
      const reason = endedBy === 'budget' ? 'budget' : 'stopped';
      const { passed, audit, totals, stages } = report(
        [...full().slice(0, 4), batch(4, [{ dropped: { [reason]: 100 } }])],
        {
          stages: [{ durationMs: 5_000, from: 100, to: 100 }],
          thresholds: [{ metric: 'error_rate', operator: '<', value: '0.1' }],
        },
        { endedBy, stoppedAtMs: 4_000 },
      );
      expect(passed).toBe(false);
      expect(audit.verdict).toBe('valid');
      expect(totals).toMatchObject({
        measuredMs: 2_000,
        expected: 300,
        sent: 200,
        lost: 0,
        dropped: { [reason]: 100 },
        goodput: 100,
        throughput: 100,
        sentRate: 100,
        targetRate: 100,
      });
      expect(stages[1]).toMatchObject({ goodput: 100, sentRate: 100 });
    },
  );

  it('takes no pause for time in which nothing was done', () => {
    const { totals, stages, providers, thresholds } = report(
      full().map(({ worker, records }) =>
        batch(
          worker.second < 4 ? worker.second : worker.second + 60,
          [{ ...records[0], stage: worker.second < 4 ? 0 : 2 }],
          { elapsedMs: worker.second === 3 ? 61_000 : 1_000 },
        ),
      ),
      {
        warmUpMs: 0,
        stages: [
          { durationMs: 4_000, from: 100, to: 100 },
          { durationMs: 60_000, from: 0, to: 0 },
          { durationMs: 6_000, from: 100, to: 100 },
        ],
        thresholds: [{ metric: 'goodput', operator: '>', value: '99' }],
      },
      { elapsedMs: 70_000 },
    );
    expect(totals).toMatchObject({
      measuredMs: 10_000,
      expected: 1_000,
      sentRate: 100,
      targetRate: 100,
      goodput: 100,
      throughput: 100,
    });
    expect(providers.p).toMatchObject({ throughput: 100 });
    expect(thresholds).toMatchObject([{ actual: 100, passed: true }]);
    expect(stages[1]).toMatchObject({
      startMs: 4_000,
      endMs: 64_000,
      expected: 0,
      targetRate: 0,
      sentRate: 0,
      throughput: 0,
    });
  });

  describe('of several workers, ended early', () => {
    const profile = {
      warmUpMs: 0,
      stages: [{ durationMs: 7_000, from: 100, to: 100 }],
    };
    const stopped = { endedBy: 'stopped', stoppedAtMs: 4_000 } as const;
    const half = (second: number, workerId: string) =>
      batch(
        second,
        [{ stage: 0, providers: { p: series(HUNDRED.slice(0, 50)) } }],
        { workerId },
      );
    const seconds = [0, 1, 2, 3];

    it('has not lost what was due after the end, dropped or never leased', () => {
      const { totals, audit } = report(
        [
          ...seconds.map(second => half(second, 'w1')),
          ...seconds.map(second => half(second, 'w2')),
          // This worker had its share of two more seconds; nobody leased the rest.
          batch(4, [{ stage: 0, dropped: { stopped: 100 } }]),
          batch(4, [], { workerId: 'w2' }),
        ],
        profile,
        stopped,
      );
      expect(totals).toMatchObject({
        expected: 700,
        sent: 400,
        lost: 0,
        dropped: { stopped: 100 },
        measuredMs: 4_000,
      });
      expect(audit).toMatchObject({ verdict: 'valid', reasons: [] });
    });

    it('has lost what was due before the end and nobody told of', () => {
      const { totals, audit } = report(
        [
          ...seconds.map(second => half(second, 'w1')),
          half(0, 'w2'),
          half(1, 'w2'),
          batch(4, [{ stage: 0, dropped: { stopped: 100 } }]),
        ],
        profile,
        stopped,
      );
      expect(totals).toMatchObject({ expected: 700, sent: 300, lost: 100 });
      expect(audit.verdict).toBe('invalid');
      expect(audit.reasons[0]).toBe(
        'stage 0: 14.3 % of 700 arrivals were not sent: 100 dropped (stopped), 100 lost',
      );
    });

    it('never counts more than is expected', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 8_000 }),
          fc.array(fc.nat(175), { minLength: 4, maxLength: 4 }),
          (stoppedAtMs, [sent, late, inFlight, given]) => {
            const { totals, stages } = report(
              [
                batch(0, [
                  {
                    stage: 0,
                    providers: { p: series(Array(sent).fill(1)) },
                    dropped: { late, inFlight, stopped: given },
                  },
                ]),
              ],
              profile,
              { endedBy: 'stopped', stoppedAtMs },
            );
            for (const { lost, expected } of [totals, ...stages]) {
              expect(sent + late + inFlight + given + lost).toBeLessThanOrEqual(
                expected!,
              );
            }
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  it('counts as not sent what was lost, and not what was stopped', () => {
    const batches = full();
    batches[5] = batch(5, [{ dropped: { late: 20, stopped: 40 } }]);
    const { thresholds } = report(batches, {
      thresholds: [{ metric: 'drop_rate', operator: '<', value: '0.01' }],
    });
    // 20 were late and 40 lost.
    expect(thresholds[0].actual).toBe(60 / 760);
  });

  it('fails a threshold that has no data, and compares the others', () => {
    const { thresholds, passed } = report(full(), {
      thresholds: [
        { metric: 'latency_p99', operator: '<', value: '200ms' },
        { metric: 'latency_avg', operator: '<', value: '0.01' },
        { metric: 'ttft_p95', operator: '<', value: '1h' },
        { metric: 'error_rate', operator: '<=', value: '0' },
        { metric: 'goodput', operator: '>=', value: '99' },
        { metric: 'total_cost', operator: '<', value: '10' },
        { metric: 'drop_rate', operator: '<', value: '0.01' },
        { metric: 'lateness_p99', operator: '<', value: 'soon' },
      ],
    });
    expect(thresholds.map(({ text }) => text)).toEqual([
      '99.0ms < 200ms PASS',
      '50.5ms < 0.01 FAIL',
      'no-data < 1h FAIL',
      '0.0000 <= 0 PASS',
      '100.00/s >= 99 PASS',
      '10.00 < 10 FAIL',
      '0.0000 < 0.01 PASS',
      '0.1ms < unreadable(soon) FAIL',
    ]);
    expect(passed).toBe(false);
  });
});
