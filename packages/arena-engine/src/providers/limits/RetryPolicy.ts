import { ProviderError } from '../ChatProvider';

export interface RetryPolicyOptions {
  /** Calls in all, the first included. */
  maxAttempts: number;
  initialDelayMs: number;
  maxDelayMs: number;
  /** Whether a stream that broke off after its first words is asked for again. */
  afterFirstChunk: boolean;
  /** Limits the retries of all calls together. */
  budget?: { ratePerSecond: number; burst: number };
  /** From 0 to 1. */
  random?: () => number;
}

/** A provider that asks for more is not waited for: whoever runs the item may come back. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** Decides whether a call that failed is made again, and when. */
export class RetryPolicy {
  private tokens: number;
  private refilledAt = performance.now();

  constructor(private readonly options: RetryPolicyOptions) {
    this.tokens = options.budget?.burst ?? 0;
  }

  /**
   * How long to wait before the next call, in milliseconds, or undefined when there is none. Every delay is random, so that calls
   * that failed together do not come back together.
   *
   * @param attempt - the one that failed; counts from 1
   */
  delayAfter(
    error: ProviderError,
    attempt: number,
    hadOutput: boolean,
  ): number | undefined {
    const { maxAttempts, initialDelayMs, maxDelayMs, afterFirstChunk } =
      this.options;
    if (!error.retryable || attempt >= maxAttempts) return undefined;
    if (hadOutput && !afterFirstChunk) return undefined;
    const { retryAfterMs: asked = 0 } = error;
    if (asked > MAX_RETRY_AFTER_MS || !this.spend()) return undefined;
    const ceiling = Math.min(maxDelayMs, initialDelayMs * 2 ** (attempt - 1));
    return asked + (this.options.random ?? Math.random)() * ceiling;
  }

  private spend(): boolean {
    const { budget } = this.options;
    if (!budget) return true;
    const now = performance.now();
    const earned = ((now - this.refilledAt) / 1_000) * budget.ratePerSecond;
    this.refilledAt = now;
    this.tokens = Math.min(budget.burst, this.tokens + earned);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
