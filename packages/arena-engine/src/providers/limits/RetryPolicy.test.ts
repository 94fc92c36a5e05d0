import { ProviderError } from '../ChatProvider';
import { RetryPolicy, RetryPolicyOptions } from './RetryPolicy';

const busy = new ProviderError('overload', 'busy', true);

function policy(options: Partial<RetryPolicyOptions> = {}): RetryPolicy {
  return new RetryPolicy({
    maxAttempts: 5,
    initialDelayMs: 100,
    maxDelayMs: 300,
    afterFirstChunk: false,
    random: () => 1,
    ...options,
  });
}

describe('RetryPolicy', () => {
  it('waits longer each time, up to a limit, and gives up', () => {
    const delays = [1, 2, 3, 4, 5].map(attempt =>
      policy().delayAfter(busy, attempt, false),
    );
    expect(delays).toEqual([100, 200, 300, 300, undefined]);
  });

  it('spreads the delays over the whole range', () => {
    const none = policy({ random: () => 0 });
    expect(none.delayAfter(busy, 3, false)).toBe(0);
  });

  it('repeats neither what would fail again nor what has begun to answer', () => {
    const wrong = new ProviderError('auth', 'wrong key', false);
    expect(policy().delayAfter(wrong, 1, false)).toBeUndefined();
    expect(policy().delayAfter(busy, 1, true)).toBeUndefined();
    expect(policy({ afterFirstChunk: true }).delayAfter(busy, 1, true)).toBe(
      100,
    );
  });

  it('waits as long as the provider asks and a little more, but not too long', () => {
    const limited = (ms: number) =>
      new ProviderError('rate_limit', 'slow down', true, ms);
    expect(policy().delayAfter(limited(2_000), 1, false)).toBe(2_100);
    expect(policy().delayAfter(limited(60_001), 1, false)).toBeUndefined();
  });

  it('spends no more than its budget', () => {
    const limited = policy({ budget: { ratePerSecond: 0, burst: 2 } });
    const delays = [1, 1, 1].map(attempt =>
      limited.delayAfter(busy, attempt, false),
    );
    expect(delays).toEqual([100, 100, undefined]);
  });
});
