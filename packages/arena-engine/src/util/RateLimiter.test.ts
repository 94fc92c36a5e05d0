import { RateLimiter } from './RateLimiter';

const signal = new AbortController().signal;

describe('RateLimiter', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('lets a burst through, then one after the other in their order', async () => {
    const limiter = new RateLimiter({ rps: 1, burst: 2 });
    const passed: number[] = [];
    for (let i = 0; i < 4; i++) {
      void limiter.take(signal).then(() => passed.push(i));
    }
    await jest.advanceTimersByTimeAsync(0);
    expect(passed).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(999);
    expect(passed).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect(passed).toEqual([0, 1, 2]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(passed).toEqual([0, 1, 2, 3]);
  });

  it('takes no turn for who gave up', async () => {
    const limiter = new RateLimiter({ rps: 1, burst: 1 });
    await limiter.take(signal);
    const abort = new AbortController();
    const late = Array.from({ length: 100 }, () => limiter.take(abort.signal));
    const ends = Promise.allSettled(late);
    abort.abort(new Error('gave up'));
    expect(new Set((await ends).map(({ status }) => status))).toEqual(
      new Set(['rejected']),
    );
    let passed = false;
    void limiter.take(signal).then(() => {
      passed = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(passed).toBe(true);
  });

  it('keeps no timer when nobody waits', async () => {
    const limiter = new RateLimiter({ rps: 1, burst: 1 });
    await limiter.take(signal);
    const abort = new AbortController();
    const late = limiter.take(abort.signal);
    expect(jest.getTimerCount()).toBe(1);
    abort.abort(new Error('gave up'));
    await expect(late).rejects.toThrow('gave up');
    expect(jest.getTimerCount()).toBe(0);
  });
});
