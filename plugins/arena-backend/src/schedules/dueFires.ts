import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { giveWay } from '../time/giveWay';
import { Expression } from './expressionOf';
import { timedFires } from './timedFires';

/** A time at which a schedule is due. */
export interface Fire {
  /** As the expression says, in milliseconds since the epoch. */
  at: number;
  /** With its jitter. */
  dueAt: number;
}

/** What is due. */
export interface DueFires {
  /** Earlier than `fires`, when there are more than are kept. */
  older?: { firstAt: number; lastAt: number; count: number };
  /** The latest ones, in order. */
  fires: Fire[];
  /** The one after them. */
  next?: Fire;
}

/** Nobody wants more runs at once. */
export const MAX_KEPT = 100;
const FIRES_PER_TURN = 2_000;

/**
 * What is due now and was not handled, and what comes next.
 *
 * @param options.after - handled until, in milliseconds since the epoch
 * @param options.hasChild - whether a fire has its child already, which was started before a crash: the first such one ends the list, and is
 *   to be dealt with before what follows
 */
export async function dueFires(
  job: Pick<ArenaJob, 'metadata'>,
  schedule: Expression,
  options: { after: number; now: number; hasChild: (fire: Fire) => boolean },
): Promise<DueFires> {
  const { after, now, hasChild } = options;
  const due: DueFires = { fires: [] };
  let count = 0;
  let isEnded = false;
  for (const { at, dueAt } of timedFires(job, schedule, new Date(after + 1))) {
    const fire = { at: at.getTime(), dueAt };
    if (isEnded || dueAt > now) {
      due.next = fire;
      break;
    }
    due.fires.push(fire);
    isEnded = hasChild(fire);
    if (due.fires.length > MAX_KEPT) {
      const { at: oldest } = due.fires.shift()!;
      const older = (due.older ??= { firstAt: oldest, lastAt: 0, count: 0 });
      older.lastAt = oldest;
      older.count += 1;
    }
    count += 1;
    if (count % FIRES_PER_TURN === 0) await giveWay();
  }
  return due;
}
