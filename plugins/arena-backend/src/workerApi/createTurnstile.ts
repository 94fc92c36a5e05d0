import { giveWay } from '../time/giveWay';

// About as many as a small request of another plugin needs.
const TURNS = 5;

/**
 * Lets one piece of work through at a time, and requests in between.
 *
 * Many reports that arrive together would otherwise be parsed in one go of the event loop, and everybody else would wait for all
 * of them.
 */
export function createTurnstile(): <T>(work: () => T) => Promise<T> {
  let last: Promise<void> = Promise.resolve();
  return work => {
    const turn = last.then(() => giveWay(TURNS));
    const result = turn.then(work);
    last = result.then(
      () => {},
      () => {},
    );
    return result;
  };
}
