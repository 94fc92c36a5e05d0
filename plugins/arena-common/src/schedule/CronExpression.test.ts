import { CronExpression } from './CronExpression';

/** Days of November 2026, which begins on a Sunday. */
function days(fields: string, month = 11): number[] {
  const expression = CronExpression.parse(`0 0 ${fields}`);
  return Array.from({ length: 31 }, (_, n) => n + 1).filter(day =>
    expression.matchesDay(2026, month, day),
  );
}

const minutes = (text: string, seed?: string) =>
  CronExpression.parse(text, { seed }).minutesOfDay;

describe('CronExpression', () => {
  it('reads values, names, ranges, steps and lists', () => {
    expect(minutes('*/20 1-2 * * *')).toEqual([60, 80, 100, 120, 140, 160]);
    expect(minutes('50/5 0 * * *')).toEqual([50, 55]);
    expect(minutes('5,10-12,30-40/5 0 * * *')).toEqual([
      5, 10, 11, 12, 30, 35, 40,
    ]);
    expect(days('* NOV FRI-sun')).toEqual([
      1, 6, 7, 8, 13, 14, 15, 20, 21, 22, 27, 28, 29,
    ]);
    expect(days('* 11 7')).toEqual([1, 8, 15, 22, 29]);
    expect(days('* DEC *')).toEqual([]);
  });

  it('takes either day when both are restricted, and both when one begins with a star', () => {
    expect(days('10 * 1')).toEqual([2, 9, 10, 16, 23, 30]);
    expect(days('*/10 * 0')).toEqual([1]);
    expect(days('? * 0')).toEqual([1, 8, 15, 22, 29]);
  });

  it('counts days from the end of the month, and weekdays within it', () => {
    expect(days('L * *')).toEqual([30]);
    expect(days('L-3,1 * *')).toEqual([1, 27]);
    expect(days('* * FRI#2')).toEqual([13]);
    expect(days('* * 0#5')).toEqual([29]);
    expect(days('* * 5L')).toEqual([27]);
    expect(days('L * *', 2)).toEqual([28]);
  });

  it('knows nicknames', () => {
    expect(minutes('@daily')).toEqual([0]);
    expect(minutes('@hourly')).toHaveLength(24);
    expect(CronExpression.parse('@weekly').matchesDay(2026, 11, 22)).toBe(true);
  });

  it('spreads H by a seed, and always in the same way', () => {
    const chosen = Array.from(
      { length: 200 },
      (_, n) => minutes('H H(2-4) * * *', `team/job-${n}`)[0],
    );
    expect(minutes('H H(2-4) * * *', 'team/job-7')).toEqual([chosen[7]]);
    expect(new Set(chosen).size).toBeGreaterThan(100);
    expect(Math.min(...chosen)).toBeGreaterThanOrEqual(120);
    expect(Math.max(...chosen)).toBeLessThan(300);
    const quarters = minutes('H/15 0 * * *', 'x');
    expect(quarters).toHaveLength(4);
    expect(quarters[1] - quarters[0]).toBe(15);
    expect(quarters[0]).toBeLessThan(15);
    const weekdays = Array.from({ length: 50 }, (_, n) => {
      const seed = `team/job-${n}`;
      const line = CronExpression.parse('0 0 * * H(6-7)', { seed });
      return [21, 22].filter(day => line.matchesDay(2026, 11, day));
    });
    expect(new Set(weekdays.flat())).toEqual(new Set([21, 22]));
    expect(weekdays.every(({ length }) => length === 1)).toBe(true);
  });

  it('tells fixed times from those that follow wall time', () => {
    const follows = (text: string) =>
      CronExpression.parse(text).followsWallTime;
    expect(follows('0 2 * * *')).toBe(false);
    expect(follows('0-59 2 * * *')).toBe(false);
    expect(follows('*/5 2 * * *')).toBe(true);
    expect(follows('5 * * * *')).toBe(true);
    expect(follows('@daily')).toBe(false);
    expect(follows('@hourly')).toBe(true);
  });

  it.each([
    [
      '',
      'must have five fields (minute, hour, day of month, month, day of week), not 0',
    ],
    [
      '0 0 2 * * *',
      'must have five fields (minute, hour, day of month, month, day of week), not 6',
    ],
    ['TZ=UTC 0 2 * * *', 'must not name a time zone: use timezone'],
    [
      '@reboot',
      'must be five fields or one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly',
    ],
    [
      '60 0 * * *',
      "the minute '60' is out of range; allowed are 0 to 59, ranges such as 0-59, steps such as */2, lists, and *",
    ],
    ['0 5-2 * * *', "the hour '5-2' is a range that ends before it begins"],
    ['0 0 0 * *', "the day of month '0' is out of range"],
    ['0 0 * FOO *', "the month 'FOO' is not understood"],
    ['0 0 * * 8', "the day of week '8' is out of range"],
    ['0 0 * * 1#6', "the day of week '1#6' names a week that no month has"],
    ['*/0 0 * * *', "the minute '*/0' has a step of 0"],
    ['1,,2 0 * * *', "the minute '1,,2' has an empty entry"],
    ['0 0 L, * *', "the day of month 'L,' has an empty entry"],
    ['0 0 * * ,FRI#2', "the day of week ',FRI#2' has an empty entry"],
    [
      '*/90 0 * * *',
      "the minute '*/90' has a step that is longer than the field",
    ],
    ['1--2 0 * * *', "the minute '1--2' is not understood"],
    ['0 0 L-31 * *', "the day of month 'L-31' is in no month"],
    ['0 0 15W * *', "the day of month '15W' is not understood"],
    ['1e1 0 * * *', "the minute '1e1' is not understood"],
  ])('refuses %j', (text, message) => {
    expect(() => CronExpression.parse(text)).toThrow(message);
  });
});
