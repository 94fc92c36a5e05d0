import { ArenaJob, ArenaJobStatus } from '@backstage-arena/plugin-arena-common';
import { Observation, withConditions } from '../reconciler/conditions';
import { isTerminal } from '../reconciler/job/nextJobState';
import { formatTimestamp } from '../time/formatTimestamp';
import { scheduledAt, startedTimes } from './childJob';

/**
 * The status of a job with a schedule: `Pending` until its first run, then that of its latest one. When that is gone its end stays to be seen; one that
 * had not ended was cancelled by whoever deleted it.
 */
export function parentStatus(
  parent: ArenaJob,
  options: {
    now: Date;
    observations: readonly Observation[];
    /** The latest first. */
    children: readonly ArenaJob[];
    /** Time of the last fire on record that was started; milliseconds since the epoch. */
    startedAt?: number;
    /** When it is due next. */
    nextAt?: number;
    /** It was cancelled, and nothing of it runs any more. */
    isOver: boolean;
  },
): ArenaJobStatus {
  const { now, observations, children, startedAt, nextAt, isOver } = options;
  const { generation } = parent.metadata;
  const before = parent.status ?? {};
  const shown = shownOf(before, children);
  return {
    phase: isOver ? 'Cancelled' : shown.phase ?? 'Pending',
    observedGeneration: generation,
    progress: shown.progress,
    result: shown.result,
    run: shown.run,
    conditions: withConditions(before.conditions, observations, {
      now,
      generation,
    }),
    startTime: shown.startTime,
    completionTime: shown.completionTime,
    lastScheduleTime: latestOf([
      Date.parse(before.lastScheduleTime ?? ''),
      startedAt ?? NaN,
      ...startedTimes(children),
    ]),
    nextScheduleTime:
      nextAt === undefined ? undefined : formatTimestamp(new Date(nextAt)),
    activeWorkers: shown.activeWorkers,
  };
}

/** The latest of some times, less those that are unknown; a status that could not be written says it the next time. */
function latestOf(times: readonly number[]): string | undefined {
  const known = times.filter(time => !Number.isNaN(time));
  return known.length > 0
    ? formatTimestamp(new Date(Math.max(...known)))
    : undefined;
}

function shownOf(
  before: ArenaJobStatus,
  children: readonly ArenaJob[],
): ArenaJobStatus {
  const [latest] = children;
  const shownUid = before.run?.id.replace(/-\d+$/, '');
  const isGone =
    shownUid !== undefined &&
    !children.some(({ metadata }) => metadata.uid === shownUid);
  const shownSince = Date.parse(before.startTime ?? '');
  // Whoever dates objects may have another clock than whoever says when they are due.
  const isNewer =
    latest !== undefined &&
    ![
      Date.parse(latest.metadata.creationTimestamp),
      scheduledAt(latest) ?? 0,
    ].every(time => time < shownSince);
  if (latest && (!isGone || isNewer)) return latest.status ?? {};
  if (!isGone || isTerminal(before.phase)) return before;
  return { ...before, phase: 'Cancelled', activeWorkers: 0 };
}
