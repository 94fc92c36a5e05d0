import { CronExpression } from './CronExpression';
import { scheduledFires } from './scheduledFires';

function fires(cron: string, timezone: string, from: string, count: number) {
  const found: string[] = [];
  const all = scheduledFires({
    expression: CronExpression.parse(cron),
    timezone,
    from: new Date(from),
  });
  for (const { local, notes } of all) {
    found.push([local.slice(0, local.indexOf('[')), ...notes].join(' '));
    if (found.length === count) break;
  }
  return found;
}

describe('scheduledFires', () => {
  it('begins with the moment that it is asked for', () => {
    expect(fires('0 2 * * *', 'UTC', '2026-11-26T02:00:00Z', 2)).toEqual([
      '2026-11-26T02:00:00+00:00',
      '2026-11-27T02:00:00+00:00',
    ]);
    expect(fires('0 2 * * *', 'UTC', '2026-11-26T02:00:01Z', 1)).toEqual([
      '2026-11-27T02:00:00+00:00',
    ]);
  });

  it('fires right after the gap when clocks go forward over a fixed time, once', () => {
    expect(
      fires('15,30 2 * * *', 'Europe/Berlin', '2026-03-28T22:00:00Z', 3),
    ).toEqual([
      '2026-03-29T03:00:00+02:00 02:15 does not exist on this day, as clocks go from 02:00 to 03:00: fires right after',
      '2026-03-30T02:15:00+02:00',
      '2026-03-30T02:30:00+02:00',
    ]);
    expect(
      fires('0 2,3 * * *', 'Europe/Berlin', '2026-03-28T22:00:00Z', 2),
    ).toEqual([
      expect.stringMatching(/^2026-03-29T03:00:00\+02:00 02:00 does not/),
      '2026-03-30T02:00:00+02:00',
    ]);
  });

  it('fires at the first of two times when clocks go back over a fixed time', () => {
    expect(
      fires('30 1 * * *', 'America/New_York', '2026-11-01T00:00:00Z', 2),
    ).toEqual([
      '2026-11-01T01:30:00-04:00 01:30 comes twice on this day: fires the first time alone',
      '2026-11-02T01:30:00-05:00',
    ]);
    // Asked between the two.
    expect(
      fires('30 1 * * *', 'America/New_York', '2026-11-01T05:40:00Z', 1),
    ).toEqual(['2026-11-02T01:30:00-05:00']);
  });

  it('follows wall time when minute or hour begins with a star', () => {
    expect(
      fires('*/30 1 * * *', 'America/New_York', '2026-11-01T05:00:00Z', 5),
    ).toEqual([
      '2026-11-01T01:00:00-04:00 01:00 comes twice on this day',
      '2026-11-01T01:30:00-04:00 01:30 comes twice on this day',
      '2026-11-01T01:00:00-05:00 the second 01:00 of this day',
      '2026-11-01T01:30:00-05:00 the second 01:30 of this day',
      '2026-11-02T01:00:00-05:00',
    ]);
    expect(
      fires('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 2),
    ).toEqual(['2026-03-29T01:30:00+01:00', '2026-03-29T03:30:00+02:00']);
  });

  it('knows clocks that change by half an hour', () => {
    expect(
      fires('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T14:00:00Z', 1),
    ).toEqual([
      '2026-10-04T02:30:00+11:00 02:15 does not exist on this day, as clocks go from 02:00 to 02:30: fires right after',
    ]);
  });

  it('finds what is rare, and ends when there is nothing', () => {
    expect(fires('0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', 1)).toEqual([
      '2104-02-29T00:00:00+00:00',
    ]);
    expect(fires('0 0 30 2 *', 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual([]);
  });
});
