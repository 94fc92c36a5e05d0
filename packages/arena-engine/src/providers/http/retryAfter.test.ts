import { retryAfterMs } from './retryAfter';

describe('retryAfterMs', () => {
  it.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after-ms': '150', 'retry-after': '2' }, 150],
    [{ 'retry-after': 'soon' }, undefined],
    [
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '6m0.5s',
      },
      360_500,
    ],
    [
      {
        'x-ratelimit-remaining-requests': '3',
        'x-ratelimit-reset-requests': '6m0s',
      },
      undefined,
    ],
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{}, undefined],
  ])('reads %j', (headers, expected) => {
    expect(retryAfterMs(headers)).toBe(expected);
  });

  it('reads dates, and a past one as now', () => {
    const soon = new Date(Date.now() + 60_000).toUTCString();
    const wait = retryAfterMs({ 'retry-after': soon });
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(
      retryAfterMs({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    ).toBe(0);
    const seconds = String(Math.ceil(Date.now() / 1_000) + 60);
    expect(retryAfterMs({ 'x-ratelimit-reset': seconds })).toBeGreaterThan(
      50_000,
    );
  });

  it('reads the delay that Google puts into the body', () => {
    const details = [{ '@type': 'other' }, { retryDelay: '34s' }];
    expect(retryAfterMs({}, { error: { details } })).toBe(34_000);
  });
});
