import { ScheduleDay } from '@backstage-arena/plugin-arena-common';
import { calendarMonths } from './calendarMonths';

const NONE = { Succeeded: 0, Failed: 0, Cancelled: 0, Running: 0, Unknown: 0 };

const ALL = { fewest: 3, knownFrom: '2025-01-01' };

const day = (date: string, change: Partial<ScheduleDay>): ScheduleDay => ({
  date,
  started: NONE,
  skipped: [],
  ...change,
});

const started = (change: Partial<ScheduleDay['started']>) => ({
  started: { ...NONE, ...change },
});

describe('calendarMonths', () => {
  it('shows months from the first day on record to today, at least so many', () => {
    const months = calendarMonths([], '2026-02-15', ALL);
    expect(months.map(({ month }) => month)).toEqual([
      '2025-12',
      '2026-01',
      '2026-02',
    ]);
    // The first of February is a Sunday.
    expect(months[2].offset).toBe(6);
    expect(months[2].days).toHaveLength(15);
    const longer = calendarMonths([day('2025-09-30', {})], '2026-02-15', ALL);
    expect(longer).toHaveLength(6);
    expect(longer[0].days).toHaveLength(30);
  });

  it('does not say that nothing was due before anything is on record', () => {
    const [month] = calendarMonths(
      [day('2026-02-02', started({ Succeeded: 1 }))],
      '2026-02-15',
      { fewest: 1, knownFrom: '2026-02-04' },
    );
    expect(month.days.slice(0, 4).map(({ tone }) => tone)).toEqual([
      'NotKnown',
      'Succeeded',
      'NotKnown',
      'None',
    ]);
  });

  it('colours a day by the worst that happened on it', () => {
    const tone = (change: Partial<ScheduleDay>) => {
      const [month] = calendarMonths(
        [day('2026-02-03', change)],
        '2026-02-15',
        { ...ALL, fewest: 1 },
      );
      return month.days[2].tone;
    };
    expect(tone({})).toBe('None');
    expect(tone(started({ Succeeded: 3 }))).toBe('Succeeded');
    expect(tone(started({ Succeeded: 3, Failed: 1 }))).toBe('Failed');
    expect(tone(started({ Succeeded: 3, Running: 1 }))).toBe('Running');
    expect(tone({ skipped: [{ outcome: 'Suspended' }] })).toBe('Suspended');
    expect(
      tone({
        ...started({ Succeeded: 3 }),
        skipped: [{ outcome: 'Forbidden', count: 1 }],
      }),
    ).toBe('Missed');
  });
});
