import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import {
  ScheduledFire,
  scheduledFires,
} from '@backstage-arena/plugin-arena-common/schedule';
import { createHash } from 'node:crypto';
import { Expression, longestJitter, parseCron } from './expressionOf';

/** A time at which a schedule is due, with the moment at which its run is started. */
export interface TimedFire extends ScheduledFire {
  /** With its jitter; milliseconds since the epoch. */
  dueAt: number;
}

/**
 * The times at which a job is due from a moment on, in order and without end. Each has a jitter of its own, always the same, and is started before
 * the next one is due.
 *
 * @throws InputError when the expression cannot be read
 */
export function* timedFires(
  { metadata }: Pick<ArenaJob, 'metadata'>,
  expression: Expression,
  from: Date,
): Generator<TimedFire, void> {
  const jitterMs = longestJitter(expression);
  const fires = scheduledFires({
    expression: parseCron(metadata, expression),
    timezone: expression.timezone,
    from,
  });
  const nextOne = () => fires.next().value ?? undefined;
  let fire = nextOne();
  while (fire) {
    const next = nextOne();
    const at = fire.at.getTime();
    // Each is started before the next one is due, whatever their delays.
    const room = (next?.at.getTime() ?? Infinity) - at - 1;
    const jitter = jitterOf(metadata.uid, at, Math.min(jitterMs, room));
    yield { ...fire, dueAt: at + jitter };
    fire = next;
  }
}

function jitterOf(uid: string, at: number, longestMs: number): number {
  if (longestMs <= 0) return 0;
  const hash = createHash('sha256').update(`${uid}/${at}`).digest();
  return hash.readUInt32BE(0) % (longestMs + 1);
}
