import { setTimeout as delay } from 'node:timers/promises';

/** Delays that double, with full jitter in their upper half, so that many workers do not come back in step. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #failures = 0;

  constructor(options: { firstMs: number; longestMs: number }) {
    this.#firstMs = options.firstMs;
    this.#longestMs = options.longestMs;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** @param atLeastMs - what the server asked for */
  nextMs(atLeastMs = 0): number {
    const ceiling = Math.min(
      this.#longestMs,
      this.#firstMs * 2 ** Math.min(this.#failures, 30),
    );
    this.#failures += 1;
    const jittered = ceiling / 2 + (Math.random() * ceiling) / 2;
    // Jitter on top of the server's wish: all who were told the same number would otherwise return together.
    return atLeastMs > 0
      ? atLeastMs + (Math.random() * Math.min(atLeastMs, ceiling)) / 4
      : jittered;
  }
}

/** Resolves after the time, or at once when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

/** Milliseconds of a `Retry-After` header: a number of seconds or a date. */
export function parseRetryAfter(
  value: string | undefined,
  now: number = Date.now(),
): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
