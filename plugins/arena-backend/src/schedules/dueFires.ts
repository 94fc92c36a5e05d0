import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import {
  ScheduledFire,
  scheduledFires,
} from '@backstage-arena/plugin-arena-common/schedule';
import { createHash } from 'node:crypto';
import { giveWay } from '../time/giveWay';
import { Expression, longestJitter, parseCron } from './expressionOf';

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
const MAX_KEPT = 100;
const FIRES_PER_TURN = 2_000;

/**
 * What is due now and was not handled, and what comes next. Each fire of each schedule has a jitter of its own, always the same, and is due before the
 * next one.
 *
 * @param options.after - handled until, in milliseconds since the epoch
 */
export async function dueFires(
  { metadata }: Pick<ArenaJob, 'metadata'>,
  schedule: Expression,
  options: { after: number; now: number },
): Promise<DueFires> {
  const { after, now } = options;
  const jitterMs = longestJitter(schedule);
  const due: DueFires = { fires: [] };
  let count = 0;
  const times = scheduledFires({
    expression: parseCron(metadata, schedule),
    timezone: schedule.timezone,
    from: new Date(after + 1),
  });
  let at = nextOf(times);
  while (at !== undefined) {
    const next = nextOf(times);
    // Each is due before the next one is, whatever their delays.
    const longest = Math.min(jitterMs, (next ?? Infinity) - at - 1);
    const fire = { at, dueAt: at + jitterOf(metadata.uid, at, longest) };
    if (fire.dueAt > now) {
      due.next = fire;
      break;
    }
    due.fires.push(fire);
    if (due.fires.length > MAX_KEPT) {
      const { at: oldest } = due.fires.shift()!;
      const older = (due.older ??= { firstAt: oldest, lastAt: 0, count: 0 });
      older.lastAt = oldest;
      older.count += 1;
    }
    count += 1;
    if (count % FIRES_PER_TURN === 0) await giveWay();
    at = next;
  }
  return due;
}

function nextOf(times: Iterator<ScheduledFire, void>): number | undefined {
  const { value } = times.next();
  return value?.at.getTime();
}

function jitterOf(uid: string, at: number, jitterMs: number): number {
  if (jitterMs <= 0) return 0;
  const hash = createHash('sha256').update(`${uid}/${at}`).digest();
  return hash.readUInt32BE(0) % (jitterMs + 1);
}
