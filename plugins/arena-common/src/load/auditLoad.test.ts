import {
  batch,
  full,
  HUNDRED,
  report,
  series,
} from './__testUtils__/loadReports';
import { LoadRecord } from './LoadRecord';

describe('the audit of a load test', () => {
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
      const { passed, audit } = report(
        of({ dropped: { inFlight: 100 } }),
        steps,
        search(undefined, []),
      );
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
});
