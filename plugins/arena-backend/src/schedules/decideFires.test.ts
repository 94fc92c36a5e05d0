import { decideFires } from './decideFires';
import { DueFires } from './dueFires';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 26, 12);

const SCHEDULE = {
  cron: '* * * * *',
  timezone: 'UTC',
  concurrencyPolicy: 'Forbid' as const,
  suspend: false,
  catchUp: 'latest' as const,
  successfulRunsHistoryLimit: 3,
  failedRunsHistoryLimit: 1,
};

/** Fires so many minutes ago, in order. */
function due(...minutesAgo: number[]): DueFires {
  return {
    fires: minutesAgo.map(ago => ({
      at: NOW - ago * MINUTE,
      dueAt: NOW - ago * MINUTE,
    })),
  };
}

function decide(
  options: Partial<Parameters<typeof decideFires>[0]> & {
    set?: Partial<Parameters<typeof decideFires>[0]['schedule']>;
  },
) {
  const { skipped, start, waitFor } = decideFires({
    schedule: { ...SCHEDULE, ...options.set },
    isSuspended: false,
    due: due(0),
    active: [],
    hasChild: () => false,
    now: NOW,
    ...options,
  });
  const ago = (at: number) => (NOW - at) / MINUTE;
  return {
    skipped: skipped.map(({ firstAt, lastAt, count, outcome }) =>
      [outcome, ago(firstAt), ago(lastAt), count].join(' '),
    ),
    start: start && ago(start.at),
    waitFor: waitFor && [waitFor.replace, ago(waitFor.fire.at)],
  };
}

describe('decideFires', () => {
  it('starts what is due', () => {
    expect(decide({})).toEqual({ skipped: [], start: 0 });
    expect(decide({ due: due() })).toEqual({ skipped: [] });
  });

  it('starts the latest alone of what was missed, none, or all in order', () => {
    const missed = due(30, 20, 10);
    expect(decide({ due: missed })).toEqual({
      skipped: ['Missed 30 20 2'],
      start: 10,
    });
    expect(decide({ due: missed, set: { catchUp: 'none' } })).toEqual({
      skipped: ['Missed 30 10 3'],
    });
    expect(decide({ due: missed, set: { catchUp: 'all' } })).toEqual({
      skipped: [],
      start: 30,
    });
  });

  it('starts what is on time also when nothing is caught up with', () => {
    expect(decide({ due: due(5, 0.5), set: { catchUp: 'none' } })).toEqual({
      skipped: ['Missed 5 5 1'],
      start: 0.5,
    });
  });

  it('starts nothing that is too late', () => {
    const set = { startingDeadlineSeconds: 900, catchUp: 'all' as const };
    expect(decide({ due: due(30, 20, 10), set })).toEqual({
      skipped: ['DeadlineExceeded 30 20 2'],
      start: 10,
    });
  });

  it('starts nothing beside a run that goes on, unless it may', () => {
    const active = ['before'];
    expect(decide({ active })).toEqual({ skipped: ['Forbidden 0 0 1'] });
    expect(
      decide({ active, set: { concurrencyPolicy: 'Allow' } }),
    ).toMatchObject({ start: 0 });
    expect(
      decide({ active, set: { concurrencyPolicy: 'Replace' } }),
    ).toMatchObject({ skipped: [], waitFor: [true, 0] });
  });

  it('catches up one after the other', () => {
    const set = { catchUp: 'all' as const };
    expect(decide({ active: ['before'], due: due(20, 10), set })).toEqual({
      skipped: [],
      waitFor: [false, 20],
    });
  });

  it('starts what a run was cancelled for, however long that took to end', () => {
    const set = {
      concurrencyPolicy: 'Replace' as const,
      catchUp: 'none' as const,
      startingDeadlineSeconds: 60,
    };
    const waitingFor = NOW - 5 * MINUTE;
    expect(decide({ set, due: due(5), waitingFor })).toEqual({
      skipped: [],
      start: 5,
    });
    expect(decide({ set, due: due(5) }).start).toBeUndefined();
  });

  it('lets what it catches up with end before the next', () => {
    const set = {
      concurrencyPolicy: 'Replace' as const,
      catchUp: 'all' as const,
    };
    expect(decide({ set, due: due(20, 10), active: ['a'] })).toEqual({
      skipped: [],
      waitFor: [false, 20],
    });
  });

  it('knows what was started already', () => {
    const hasChild = ({ at }: { at: number }) => at === NOW - 20 * MINUTE;
    expect(
      decide({ due: due(30, 20, 10), active: ['before'], hasChild }),
    ).toEqual({ skipped: ['Missed 30 30 1'], start: 20 });
  });

  it('skips everything while it is suspended', () => {
    const older = {
      firstAt: NOW - 90 * MINUTE,
      lastAt: NOW - 60 * MINUTE,
      count: 7,
    };
    expect(
      decide({ isSuspended: true, due: { ...due(20, 10), older } }),
    ).toEqual({ skipped: ['Suspended 90 10 9'] });
    expect(decide({ due: { ...due(0), older } })).toEqual({
      skipped: ['Missed 90 60 7'],
      start: 0,
    });
  });
});
