import { localDate } from './localDate';

describe('localDate', () => {
  it('is the day of the time zone', () => {
    const late = Date.parse('2026-03-28T23:30:00Z');
    expect(localDate(late, 'UTC')).toBe('2026-03-28');
    expect(localDate(late, 'Europe/Berlin')).toBe('2026-03-29');
    expect(localDate(late, 'America/New_York')).toBe('2026-03-28');
    expect(() => localDate(late, 'Europe/Berln')).toThrow('"Europe/Berlin"');
  });
});
