import * as fc from 'fast-check';
import { batch, full, report, series } from './__testUtils__/loadReports';

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
