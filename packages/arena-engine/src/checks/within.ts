import { timerMs } from '../util/timerMs';

/**
 * Waits for a result, but not longer than a time.
 *
 * @throws the signal's reason when it aborts first, and whatever the work rejects with.
 */
export async function within<T>(
  work: Promise<T>,
  ms: number,
  signal: AbortSignal,
): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<'timeout'>((resolve, reject) => {
    timer = setTimeout(() => resolve('timeout'), timerMs(ms));
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
