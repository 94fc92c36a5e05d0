import fc from 'fast-check';
import { parseDuration } from './parseDuration';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5h', 5_400_000],
    ['1h30m', 5_400_000],
    ['1h1m1s1ms', 3_661_001],
    ['2m500ms', 120_500],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '5',
    's',
    '-5s',
    '+5s',
    '5 s',
    '1d',
    '5S',
    '1e3s',
    '.5s',
    '5.s',
  ])('refuses %j', text => {
    expect(() => parseDuration(text)).toThrow(
      `Invalid duration ${JSON.stringify(
        text,
      )}: must be a duration such as 500ms, 30s or 1h30m`,
    );
  });

  it('adds the parts up', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(999), fc.nat(999), (h, m, ms) => {
        expect(parseDuration(`${h}h${m}m${ms}ms`)).toBe(
          h * 3_600_000 + m * 60_000 + ms,
        );
      }),
    );
  });
});
