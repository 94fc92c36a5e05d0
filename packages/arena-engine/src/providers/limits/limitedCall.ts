import { pause } from '../../util/pause';
import { ChatRequest, ProviderError } from '../ChatProvider';
import { CallLimiter } from './CallLimiter';
import { MAX_RETRY_AFTER_MS, RetryPolicy } from './RetryPolicy';

export interface LimitedCall<T> extends Pick<ChatRequest, 'signal'> {
  limiter: CallLimiter;
  policy: RetryPolicy;
  stream: boolean;
  /** Asked right before each attempt. */
  beforeCall: () => Promise<void> | void;
  attempt: () => Promise<T>;
  /** Told when the limiter does not let it in at once. */
  held?: () => void;
  /** Whether the last attempt had begun to answer; default: no. */
  hadOutput?: () => boolean;
}

/**
 * Makes a call when the limiter lets it in, and again as long as the policy says so.
 *
 * @throws the last attempt's error, what `beforeCall` throws, or the signal's reason.
 */
export async function limitedCall<T>(call: LimitedCall<T>): Promise<T> {
  const { limiter, policy, stream, signal } = call;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const held = limiter.enter(stream, signal);
    if (held) {
      call.held?.();
      await held;
    }
    let delay: number | undefined;
    try {
      await call.beforeCall();
      try {
        const result = await call.attempt();
        limiter.succeeded();
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ProviderError)) throw error;
        noteRefusal(limiter, error);
        const hadOutput = call.hadOutput?.() ?? false;
        delay = policy.delayAfter(error, attempt, hadOutput);
        if (delay === undefined) throw error;
      }
    } finally {
      limiter.leave(stream);
    }
    await pause(delay, signal);
  }
}

function noteRefusal(limiter: CallLimiter, error: ProviderError): void {
  const isRefusal =
    error.errorClass === 'rate_limit' || error.errorClass === 'overload';
  if (!isRefusal || !error.retryable) return;
  const { retryAfterMs: asked = 0 } = error;
  limiter.refused(asked > MAX_RETRY_AFTER_MS ? 0 : asked);
}
