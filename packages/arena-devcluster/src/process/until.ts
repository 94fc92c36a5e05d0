import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 50;

/**
 * Waits until a condition holds. A condition that throws does not hold yet.
 *
 * @throws Error that says what was waited for, and the last error of the condition
 */
export async function until(
  what: string,
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      if (await condition()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(PAUSE_MS);
  } while (performance.now() < deadline);
  const why = last instanceof Error ? `: ${last.message}` : '';
  throw new Error(`Timed out waiting for ${what}${why}`);
}
