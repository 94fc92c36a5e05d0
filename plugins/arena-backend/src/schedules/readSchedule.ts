import { ConflictError } from '@backstage/errors';
import {
  ArenaJob,
  ArenaJobSpec,
  JobSchedule,
  NextFire,
} from '@backstage-arena/plugin-arena-common';
import { longestJitter } from './expressionOf';
import { ScheduleHistory } from './ScheduleHistory';
import { timedFires } from './timedFires';

const NEXT_FIRES = 20;
/** What comes later is of no interest, and takes long to find. */
const LONGEST_MS = 10 * 366 * 86_400_000;

/**
 * The schedule of a job, as the API shows it.
 *
 * @throws ConflictError when it has none; InputError when it cannot be read
 */
export async function readSchedule(
  job: ArenaJob,
  options: {
    history: Pick<ScheduleHistory, 'list'>;
    now: Date;
    limit: number;
    before?: number;
  },
): Promise<JobSchedule> {
  const { history, now, limit, before } = options;
  const schedule = scheduleOf(job);
  const { cron, timezone, suspend } = schedule;
  const next = job.spec.cancelled ? [] : nextFires(job, schedule, now);
  // One more, to know whether there are more.
  const fires = await history.list(job.metadata.uid, {
    limit: limit + 1,
    before,
  });
  const hasMore = fires.length > limit;
  if (hasMore) fires.pop();
  return {
    cron,
    timezone,
    suspended: Boolean(suspend),
    next,
    fires,
    ...(hasMore && { before: fires[fires.length - 1].firstAt }),
  };
}

function nextFires(
  job: ArenaJob,
  schedule: NonNullable<ArenaJobSpec['schedule']>,
  now: Date,
): NextFire[] {
  const next: NextFire[] = [];
  // It may be due already, and wait for its start.
  const awaited = Date.parse(job.status?.nextScheduleTime ?? '');
  const isAwaited = awaited > now.getTime() - longestJitter(schedule);
  const from = new Date(
    isAwaited ? Math.min(awaited, now.getTime()) : now.getTime(),
  );
  for (const { at, dueAt, local, notes } of timedFires(job, schedule, from)) {
    if (at.getTime() - now.getTime() > LONGEST_MS) break;
    if (dueAt < now.getTime()) continue;
    next.push({
      at: at.toISOString(),
      startsAt: new Date(dueAt).toISOString(),
      local,
      notes,
    });
    if (next.length === NEXT_FIRES) break;
  }
  return next;
}

/** @throws ConflictError when a job has no schedule */
export function scheduleOf(
  job: ArenaJob,
): NonNullable<ArenaJobSpec['schedule']> {
  const { schedule } = job.spec;
  if (schedule) return schedule;
  const { namespace, name } = job.metadata;
  throw new ConflictError(`ArenaJob '${namespace}/${name}' has no schedule`);
}
