import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 200;

/**
 * Asks again and again until the answer is yes, also when it is refused: a portal may be away, or asleep. Gives up without an answer when
 * something has failed already or the system is stopping.
 *
 * @template T
 * @param {Pick<import('./ChaosSystem.mjs').ChaosSystem, 'failures' | 'isStopping' | 'deadline' | 'refusals'>} system - whose `deadline` may move meanwhile
 * @param {string} what - said when it never comes
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<T | undefined>}
 * @throws when it has not come at the deadline of the system
 */
export async function insist(system, what, ask) {
  while (system.failures.length === 0 && !system.isStopping) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      system.refusals.push(error.message);
    }
    if (Date.now() > system.deadline) {
      throw new Error(`Waited in vain until ${what}`);
    }
    await sleep(EVERY_MS);
  }
  return undefined;
}
