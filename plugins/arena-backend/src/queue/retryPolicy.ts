import { ItemError } from '@backstage-arena/plugin-arena-common';

export interface RetryOptions {
  /** First delay. */
  retryDelayMs: number;
  /** Longest delay. */
  retryMaxDelayMs: number;
  /** Classes of errors that are worth another execution. */
  retryableErrors: ReadonlyArray<ItemError['class']>;
}

/** What may be gone the next time; a wrong bundle, credential or request stays wrong. */
export const DEFAULT_RETRYABLE_ERRORS: ReadonlyArray<ItemError['class']> = [
  'provider',
  'rate_limit',
  'overload',
  'timeout',
  'connection',
  'engine',
];

/** Delay before the next execution, after the given one (counts from 1): doubles up to the longest. */
export function retryDelay(
  options: Pick<RetryOptions, 'retryDelayMs' | 'retryMaxDelayMs'>,
  attempt: number,
): number {
  const { retryDelayMs, retryMaxDelayMs } = options;
  return Math.min(
    retryDelayMs * 2 ** Math.min(attempt - 1, 40),
    retryMaxDelayMs,
  );
}

/** How reports are tried again whose output failed. */
export interface OutputRetryOptions {
  /** How often writing the reports may fail before the run is closed. */
  maxFinalizeAttempts: number;
  /** How it is tried again after the run was closed. */
  outputRetry: Pick<RetryOptions, 'retryDelayMs' | 'retryMaxDelayMs'> & {
    /** For how long after the end of the run. */
    retryForMs: number;
  };
}

/** In place of the time of the next attempt. */
const NEVER = 0;

/** When the reports of a closed run are tried again (milliseconds), after so many failures; 0: they are not. */
export function nextOutputTry(
  { maxFinalizeAttempts, outputRetry }: OutputRetryOptions,
  run: { failures: number; finishedAt: number; now: number },
): number {
  const { failures, finishedAt, now } = run;
  const tries = Math.max(failures - maxFinalizeAttempts + 1, 1);
  const next = now + retryDelay(outputRetry, tries);
  return next - finishedAt <= outputRetry.retryForMs ? next : NEVER;
}

/** True when an error asks for another execution and there is one left. */
export function shouldRetry(
  options: RetryOptions,
  error: ItemError | undefined,
  attempt: number,
  maxAttempts: number,
): boolean {
  return (
    error !== undefined &&
    error.retryable &&
    attempt < maxAttempts &&
    options.retryableErrors.includes(error.class)
  );
}
