import { OutOfTime, runWithin } from './runWithin';

describe('work with a time limit', () => {
  it('gives its result, or what it throws', () => {
    expect(runWithin(1_000, () => 7)).toBe(7);
    expect(runWithin(1_000, () => undefined)).toBeUndefined();
    const fault = new RangeError('no');
    expect(() =>
      runWithin(1_000, () => {
        throw fault;
      }),
    ).toThrow(fault);
  });

  it('is stopped in the middle of a pattern, and leaves the next work alone', () => {
    const text = `${'a'.repeat(40)}!`;
    expect(() => runWithin(50, () => /^(a+)+$/.test(text))).toThrow(OutOfTime);
    expect(runWithin(1_000, () => 'next')).toBe('next');
  });
});
