import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets everybody else do something before long work goes on.
 *
 * A request that reads the database needs several turns of the event loop; with one turn between two pieces of long work it would
 * wait for as many pieces.
 */
export async function giveWay(turns: number = 1): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}
