import { runEvent } from '../runEvents/__testUtils__/runEvent';
import { decideNotifications, Trouble } from './decideNotifications';

const MINUTE_MS = 60_000;
const options = { longRunMs: 10 * MINUTE_MS };

describe('decideNotifications', () => {
  /** What is told of ends in order, `-` for nothing. */
  function story(
    ends: Array<Parameters<typeof runEvent>[0]>,
    scheduled = true,
  ): string[] {
    let before: Trouble = 'none';
    return ends.map((end, i) => {
      const event = runEvent({ id: `r${i}`, scheduled, ...end });
      const { trouble, owner } = decideNotifications(event, before, options);
      before = trouble;
      return owner?.topic ?? '-';
    });
  }
  const ok = {};
  const failed = { phase: 'Failed', reason: 'TestsFailed' } as const;
  const regressed = { phase: 'Failed', reason: 'Regression' } as const;
  const broke = { phase: 'Failed', reason: 'BudgetExhausted' } as const;
  const cancelled = { phase: 'Cancelled', reason: 'Cancelled' } as const;

  it('tells of a schedule that begins to fail once, and when it is well again', () => {
    expect(story([ok, failed, failed, cancelled, failed, ok, ok])).toEqual([
      '-',
      'arena-failing',
      '-',
      '-',
      '-',
      'arena-recovered',
      '-',
    ]);
  });

  it('tells of a regression within a time of failures, and of none twice', () => {
    expect(
      story([failed, regressed, failed, regressed, ok, regressed]),
    ).toEqual([
      'arena-failing',
      'arena-regression',
      '-',
      '-',
      'arena-recovered',
      'arena-regression',
    ]);
  });

  it('tells of a budget that is used up once', () => {
    expect(story([broke, broke, ok], false)).toEqual([
      'arena-budget',
      '-',
      'arena-recovered',
    ]);
  });

  it('does not tell the owner of plain failures of runs by hand', () => {
    expect(story([failed, ok, regressed, failed, ok], false)).toEqual([
      '-',
      '-',
      'arena-regression',
      '-',
      'arena-recovered',
    ]);
  });

  it('tells who started a long run by hand of its end', () => {
    const of = (run: Parameters<typeof runEvent>[0]) =>
      decideNotifications(runEvent(run), 'none', options).creator;
    const long = {
      startedAt: '2026-11-23T00:00:00.000Z',
      finishedAt: '2026-11-23T00:10:00.000Z',
    };
    expect(of({ ...long, scheduled: true })).toBeUndefined();
    expect(
      of({ ...long, finishedAt: '2026-11-23T00:09:59.000Z' }),
    ).toBeUndefined();
    expect(of({ ...long, creator: undefined })).toBeUndefined();
    expect(of(long)).toEqual({
      topic: 'arena-run-ended',
      severity: 'low',
      title: 'nightly-1 succeeded',
      description: 'JobSucceeded: 4 of 4 items passed',
      link: 'http://portal/arena/runs/run-1',
      scope: 'arena:run:run-1',
    });
    expect(of({ ...long, ...failed })).toMatchObject({ severity: 'normal' });
  });
});
