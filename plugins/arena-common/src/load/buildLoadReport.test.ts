import * as fc from 'fast-check';
import { ArrivalSchedule } from './ArrivalSchedule';
import { buildLoadReport, BuildLoadReportOptions } from './buildLoadReport';
import { LoadAccumulator } from './LoadAccumulator';
import { LoadHistogram } from './LoadHistogram';
import { LoadProfile, loadProfileSchema } from './LoadProfile';
import {
  LoadRecord,
  loadReportBatchSchema,
  LoadReportBatch,
  LoadSeries,
  noCounts,
} from './LoadRecord';
import { loadReportSchema } from './LoadReport';
import { measuredStages } from './MeasuredStage';

const profile: LoadProfile = loadProfileSchema.parse({
  mode: 'open',
  stages: [{ durationMs: 10_000, from: 100, to: 100 }],
  arrivals: 'constant',
  seed: 0,
  warmUpMs: 2_000,
  gracefulStopMs: 30_000,
  vusPerWorker: 1,
  maxInFlight: 1_000,
  exceedRateLimits: false,
  mix: [],
  slo: {},
  sampleRate: 1,
  thresholds: [],
  budgetCurrency: 'USD',
});

function series(
  latencies: number[],
  more: Partial<LoadSeries> = {},
): LoadSeries {
  const latency = new LoadHistogram();
  const lateness = new LoadHistogram();
  latencies.forEach(value => {
    latency.record(value);
    lateness.record(0.1);
  });
  const n = latencies.length;
  return {
    ...noCounts(),
    sent: n,
    completed: n,
    succeeded: n,
    graded: n,
    passed: n,
    good: n,
    calls: n,
    cost: n * 0.01,
    times:
      n > 0 ? { latency: latency.encode(), lateness: lateness.encode() } : {},
    ...more,
  };
}

function batch(
  second: number,
  records: Array<Partial<LoadRecord>>,
  worker: Partial<LoadReportBatch['worker']> = {},
): LoadReportBatch {
  return loadReportBatchSchema.parse({
    worker: {
      workerId: 'w1',
      second,
      eventLoopDelay: { p50: 0, p99: 1, max: 2 },
      elapsedMs: 1_000,
      cpuMs: 300,
      spinMs: 100,
      inFlight: 3,
      connectionsOpened: 0,
      connectionsReused: 100,
      rssBytes: 1,
      ...worker,
    },
    records: records.map(record => ({
      second,
      stage: second < 2 ? 0 : 1,
      providers: {},
      scenarios: {},
      dropped: {},
      ...record,
    })),
  });
}

function report(
  batches: LoadReportBatch[],
  changes: Partial<LoadProfile> = {},
  options: Partial<BuildLoadReportOptions> = {},
) {
  const own = { ...profile, ...changes };
  const stages = measuredStages(own.stages, own.warmUpMs);
  const accumulator = new LoadAccumulator(() => stages);
  batches.forEach(each => accumulator.add(each));
  const made = buildLoadReport({
    title: 'test',
    profile: own,
    stages,
    schedule: own.mode === 'open' ? new ArrivalSchedule(own) : undefined,
    accumulator,
    startedAt: new Date(0),
    elapsedMs: 10_000,
    endedBy: 'completed',
    ...options,
  });
  return loadReportSchema.parse(JSON.parse(JSON.stringify(made)));
}

const HUNDRED = Array.from({ length: 100 }, (_, i) => i + 1);

const full = (worker: Partial<LoadReportBatch['worker']> = {}) =>
  Array.from({ length: 10 }, (_, second) =>
    batch(second, [{ providers: { p: series(HUNDRED) } }], worker),
  );

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

  it('is invalid when too much was not sent, and says what', () => {
    const batches = full();
    batches[5] = batch(5, [{ dropped: { late: 60 } }]);
    const { audit, totals, passed } = report(batches);
    expect(totals).toMatchObject({
      expected: 800,
      sent: 700,
      lost: 40,
      dropped: { late: 60 },
    });
    expect(audit.verdict).toBe('invalid');
    expect(audit.reasons).toEqual([
      'stage 1: 12.5 % of 800 arrivals were not sent: 60 dropped (late), 40 lost',
    ]);
    expect(passed).toBe(false);
  });

  it('is suspect when the worker had no time', () => {
    const { audit, passed } = report(full({ cpuMs: 990 }));
    expect(audit.verdict).toBe('suspect');
    expect(audit.reasons).toEqual([
      'worker w1: it used 89.0 % of a core: times include its own work',
    ]);
    expect(passed).toBe(true);
  });

  it.each([
    { late: [0, 1], share: 0, verdict: 'valid' },
    { late: [10, 11], share: 0, verdict: 'valid' },
    { late: [2], share: 1 / 8, verdict: 'suspect' },
    { late: [2, 3], share: 2 / 8, verdict: 'suspect' },
    { late: [0, 4, 5, 6], share: 3 / 8, verdict: 'invalid' },
  ])(
    'judges the event loop by the seconds in which it was late: $late',
    ({ late, share, verdict }) => {
      const batches = Array.from({ length: 12 }, (_, second) =>
        batch(
          second,
          [{ providers: second < 10 ? { p: series(HUNDRED) } : {} }],
          late.includes(second)
            ? { eventLoopDelay: { p50: 1, p99: 80, max: 700 } }
            : {},
        ),
      );
      const { audit, workers } = report(batches);
      expect(workers[0].lateLoopShare).toBe(share);
      expect(workers[0].eventLoopDelayP99Ms).toBe(80);
      expect(audit.verdict).toBe(verdict);
      if (verdict === 'valid') return;
      expect(audit.reasons).toEqual([
        `worker w1: its event loop was late by more than 50 ms in ${(
          share * 100
        ).toFixed(
          1,
        )} % of its seconds, 700 ms at most: times include its own delay`,
      ]);
    },
  );

  it.each(['open', 'closed'] as const)(
    'names what limits of providers held back: %s',
    mode => {
      const { audit } = report(
        Array.from({ length: 10 }, (_, second) =>
          batch(second, [
            { providers: { p: series(HUNDRED, { heldBack: 5 }) } },
          ]),
        ),
        { mode },
      );
      expect(audit.verdict).toBe('suspect');
      expect(audit.reasons).toEqual([
        "stage 1: limits of the providers' own specifications held 5.0 % of the calls back",
      ]);
    },
  );

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

  describe('of a search', () => {
    const search = (rate: number | undefined, goodStages: number[]) => ({
      endedBy: 'search' as const,
      search: {
        result: { ...(rate && { rate }), reason: 'r', steps: [] },
        goodStages,
        badStage: 1,
      },
    });
    const steps = {
      warmUpMs: 0,
      stages: [
        { durationMs: 5_000, from: 100, to: 100 },
        { durationMs: 5_000, from: 200, to: 200 },
      ],
    };
    const of = (bad: Partial<LoadRecord>) =>
      Array.from({ length: 10 }, (_, second) =>
        batch(second, [
          second < 5
            ? { stage: 0, providers: { p: series(HUNDRED) } }
            : { stage: 1, providers: { p: series(HUNDRED) }, ...bad },
        ]),
      );

    it('is not passed without a rate, but was sent', () => {
      const { passed, audit } = report(of({ dropped: { inFlight: 100 } }), steps, search(undefined, []));
      expect(passed).toBe(false);
      expect(audit.reasons).toEqual([]);
    });

    it('takes a bad step whose system was too slow', () => {
      const { passed, audit } = report(
        of({ dropped: { inFlight: 100 } }),
        steps,
        search(100, [0]),
      );
      expect(audit).toMatchObject({ verdict: 'valid', reasons: [] });
      expect(passed).toBe(true);
    });

    it('does not take a bad step that this side could not send', () => {
      const { passed, audit } = report(
        of({ dropped: { late: 100 } }),
        steps,
        search(100, [0]),
      );
      expect(audit).toMatchObject({
        verdict: 'invalid',
        reasons: [
          'stage 1: was not good, which is no evidence against the system: 50.0 % of 1000 arrivals could not be sent in time',
        ],
      });
      expect(passed).toBe(false);
    });

    it('doubts a bad step whose calls were held back on this side', () => {
      const { audit } = report(
        of({
          providers: { p: series(HUNDRED, { heldBack: 50 }) },
          dropped: { inFlight: 100 },
        }),
        steps,
        search(100, [0]),
      );
      expect(audit).toMatchObject({
        verdict: 'suspect',
        reasons: [
          "stage 1: was not good, which is no evidence against the system: limits of the providers' own specifications held 50.0 % of the calls back",
        ],
      });
    });
  });

  it('is invalid when nothing was sent', () => {
    expect(report([]).audit.reasons[0]).toBe('nothing was sent');
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
