import fc from 'fast-check';
import { isoTime } from './isoTime';

describe('isoTime', () => {
  it('writes what a Date writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
        fc.integer({ min: 0, max: 1_500 }),
        (ms, later) => {
          // The second is of the same second, or of the next one.
          for (const time of [ms, ms + later]) {
            expect(isoTime(time)).toBe(new Date(time).toISOString());
          }
        },
      ),
    );
  });

  it('refuses what is no time', () => {
    expect(() => isoTime(NaN)).toThrow(RangeError);
    expect(() => isoTime(9e15)).toThrow(RangeError);
  });
});
