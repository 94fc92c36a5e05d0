import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 *
 * @template T
 * @param {string} what - said when it never comes
 * @param {() => T | Promise<T>} condition
 * @param {{ timeoutMs?: number, everyMs?: number }} options
 * @returns {Promise<Awaited<T>>} the answer
 */
export async function until(what, condition, options = {}) {
  const { timeoutMs = 180_000, everyMs = 50 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await sleep(everyMs);
  }
}
