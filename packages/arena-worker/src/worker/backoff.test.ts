import { Backoff, parseRetryAfter } from './backoff';

describe('Backoff', () => {
  it('doubles up to its limit, with jitter in the upper half', () => {
    const backoff = new Backoff({ firstMs: 100, longestMs: 1_000 });
    for (const ceiling of [100, 200, 400, 800, 1_000, 1_000]) {
      const ms = backoff.nextMs();
      expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
      expect(ms).toBeLessThanOrEqual(ceiling);
    }
    backoff.reset();
    expect(backoff.nextMs()).toBeLessThanOrEqual(100);
  });

  it('never comes back before the server wants it', () => {
    const backoff = new Backoff({ firstMs: 1, longestMs: 10 });
    for (let i = 0; i < 100; i++) {
      expect(backoff.nextMs(2_000)).toBeGreaterThanOrEqual(2_000);
    }
  });
});

describe('parseRetryAfter', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %s', (value, ms) => {
    expect(parseRetryAfter(value, 1_000)).toBe(ms);
  });
});
