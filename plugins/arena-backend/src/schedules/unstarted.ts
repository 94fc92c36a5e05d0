import { toError } from '@backstage/errors';
import { ArenaJob, HandledFires } from '@backstage-arena/plugin-arena-common';
import { dueFires, Fire } from './dueFires';
import { ENDED, readExpression } from './expressionOf';
import { ScheduleState } from './ScheduleHistory';
import { startedFire } from './startChild';
import { timedFires } from './timedFires';

/**
 * What became of what was due by the schedule as it was, before it was changed or the job was cancelled: some may have been started right before,
 * without a record of it. An old one may be unreadable to what reads schedules now: `problem` says why, and nothing is known.
 */
export async function unstarted(
  job: ArenaJob,
  { expression, handledUntil, suspended }: ScheduleState,
  options: { now: number; hasChild: (fire: Fire) => boolean },
): Promise<{ fires: HandledFires[]; problem?: string }> {
  if (expression === ENDED) return { fires: [] };
  const problem = problemWith(job, expression);
  if (problem !== undefined) return { fires: [], problem };
  const handled: HandledFires[] = [];
  for (let after = handledUntil; ; ) {
    const { older, fires } = await dueFires(job, readExpression(expression), {
      ...options,
      after,
    });
    const last = fires[fires.length - 1];
    if (!last) return { fires: handled };
    const isStarted = options.hasChild(last);
    const left = isStarted ? fires.slice(0, -1) : fires;
    const first = older?.firstAt ?? left[0]?.at;
    if (first !== undefined) {
      handled.push({
        firstAt: first,
        lastAt: left[left.length - 1]?.at ?? older?.lastAt,
        count: (older?.count ?? 0) + left.length,
        outcome: suspended ? 'Suspended' : 'Missed',
        message: job.spec.cancelled
          ? 'The job was cancelled before it was started'
          : 'The schedule was changed before it was started',
      });
    }
    if (!isStarted) return { fires: handled };
    handled.push(startedFire(job, last.at));
    after = last.at;
  }
}

function problemWith(job: ArenaJob, expression: string): string | undefined {
  try {
    timedFires(job, readExpression(expression), new Date(0)).next();
    return undefined;
  } catch (error) {
    return toError(error).message;
  }
}
