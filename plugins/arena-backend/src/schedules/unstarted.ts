import { ArenaJob, HandledFires } from '@backstage-arena/plugin-arena-common';
import { dueFires } from './dueFires';
import { readExpression } from './expressionOf';
import { ScheduleState } from './ScheduleHistory';

/** What was due by the schedule as it was, and was not started before it was changed. */
export async function unstarted(
  job: ArenaJob,
  { expression, handledUntil, suspended }: ScheduleState,
  now: number,
): Promise<HandledFires[]> {
  const { older, fires } = await dueFires(job, readExpression(expression), {
    after: handledUntil,
    now,
  });
  if (fires.length === 0) return [];
  return [
    {
      firstAt: older?.firstAt ?? fires[0].at,
      lastAt: fires[fires.length - 1].at,
      count: (older?.count ?? 0) + fires.length,
      outcome: suspended ? 'Suspended' : 'Missed',
      message: 'The schedule was changed before it was started',
    },
  ];
}
