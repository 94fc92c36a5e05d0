import { ScheduleDay } from '@backstage-arena/plugin-arena-common';
import { calendarMonths } from './calendarMonths';

const NONE = { Succeeded: 0, Failed: 0, Cancelled: 0, Running: 0, Unknown: 0 };

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
    const months = calendarMonths([], '2026-02-15', 3);
    expect(months.map(({ month }) => month)).toEqual([
      '2025-12',
      '2026-01',
      '2026-02',
    ]);
    // The first of February is a Sunday.
    expect(months[2].offset).toBe(6);
    expect(months[2].days).toHaveLength(15);
    const longer = calendarMonths([day('2025-09-30', {})], '2026-02-15', 3);
    expect(longer).toHaveLength(6);
    expect(longer[0].days).toHaveLength(30);
  });

  it('colours a day by the worst that happened on it', () => {
    const tone = (change: Partial<ScheduleDay>) => {
      const [month] = calendarMonths(
        [day('2026-02-03', change)],
        '2026-02-15',
        1,
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
