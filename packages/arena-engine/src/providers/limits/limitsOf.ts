import { ProviderSpec } from '../../bundle/schemas/provider';
import { LoadOptions } from '../../Engine';
import { goDurationMs } from '../../util/goDuration';
import { CallLimiter } from './CallLimiter';
import { RetryPolicy } from './RetryPolicy';

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_RETRY_DELAY_MS = 250;
const DEFAULT_MAX_RETRY_DELAY_MS = 2_000;

/**
 * @param share - of the provider's rate that is for this process, 0 to 1
 * @param load - of a load test, which holds no call back for what the provider does
 */
export function createLimiter(
  spec: Pick<
    ProviderSpec,
    'rate_limit' | 'stream_max_concurrent' | 'http_transport'
  >,
  share: number,
  load?: LoadOptions,
): CallLimiter {
  const { rate_limit: rate, stream_max_concurrent: maxStreams } = spec;
  const maxCalls = spec.http_transport?.max_conns_per_host;
  return new CallLimiter({
    adaptive: !load,
    ...(rate?.rps && !load?.exceedRateLimits
      ? { rate: { rps: rate.rps * share, burst: (rate.burst ?? 1) * share } }
      : {}),
    ...(maxStreams ? { maxStreams } : {}),
    // Calls that wait for a connection wait here, where what is asked before a call is not asked too early.
    ...(maxCalls ? { maxCalls } : {}),
  });
}

export interface Retries {
  plain: RetryPolicy;
  streamed: RetryPolicy;
}

/** What a load test measures is the first answer. */
export function noRetries(): Retries {
  const once = new RetryPolicy({
    maxAttempts: 1,
    initialDelayMs: 0,
    maxDelayMs: 0,
    afterFirstChunk: false,
  });
  return { plain: once, streamed: once };
}

export function createRetries({
  stream_retry: given,
}: Pick<ProviderSpec, 'stream_retry'>): Retries {
  const usual = {
    maxAttempts: DEFAULT_ATTEMPTS,
    initialDelayMs: DEFAULT_RETRY_DELAY_MS,
    maxDelayMs: DEFAULT_MAX_RETRY_DELAY_MS,
    afterFirstChunk: false,
  };
  const plain = new RetryPolicy(usual);
  if (!given) return { plain, streamed: plain };
  const { budget } = given;
  return {
    plain,
    streamed: new RetryPolicy({
      maxAttempts:
        given.enabled === false ? 1 : given.max_attempts ?? DEFAULT_ATTEMPTS,
      initialDelayMs: goDurationMs(given.initial_delay) ?? usual.initialDelayMs,
      maxDelayMs: goDurationMs(given.max_delay) ?? usual.maxDelayMs,
      afterFirstChunk: given.retry_window === 'always',
      ...(budget
        ? {
            budget: {
              ratePerSecond: budget.rate_per_sec ?? 0,
              burst: budget.burst ?? 1,
            },
          }
        : {}),
    }),
  };
}
