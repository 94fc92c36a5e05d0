import { createContext, Script } from 'node:vm';

const slot = createContext({ run: () => {} });
const script = new Script('run()');

/** Work was stopped because it took too long. */
export class OutOfTime extends Error {
  constructor(ms: number) {
    super(`it takes longer than ${ms} ms`);
    this.name = 'OutOfTime';
  }
}

/**
 * Does work that may never end by itself, such as matching a pattern that somebody else wrote. Watching over it costs about 0.1 ms.
 *
 * @param work - must not do anything that is wrong when it is only half done
 * @throws OutOfTime, and whatever the work throws.
 */
export function runWithin<T>(ms: number, work: () => T): T {
  let result: { value: T } | undefined;
  slot.run = () => {
    result = { value: work() };
  };
  try {
    script.runInContext(slot, { timeout: ms });
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), 'code');
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new OutOfTime(ms) : error;
  } finally {
    slot.run = () => {};
  }
  if (!result) throw new Error('The work was not done');
  return result.value;
}
