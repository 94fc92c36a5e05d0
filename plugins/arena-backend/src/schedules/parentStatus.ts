import { ArenaJob, ArenaJobStatus } from '@backstage-arena/plugin-arena-common';
import { Observation, withConditions } from '../reconciler/conditions';
import { formatTimestamp } from '../time/formatTimestamp';

/**
 * The status of a job with a schedule: `Pending` until its first run, then that of its latest one, also when that is gone.
 */
export function parentStatus(
  parent: ArenaJob,
  options: {
    now: Date;
    observation: Observation;
    /** The child of the latest fire. */
    latest?: ArenaJob;
    /** When it was due last and is due next; milliseconds since the epoch. */
    lastAt?: number;
    nextAt?: number;
    /** It was cancelled, and nothing of it runs any more. */
    isOver: boolean;
  },
): ArenaJobStatus {
  const { now, observation, latest, lastAt, nextAt, isOver } = options;
  const { generation } = parent.metadata;
  const before = parent.status ?? {};
  const {
    phase,
    progress,
    result,
    run,
    startTime,
    completionTime,
    activeWorkers,
  } = latest?.status ?? before;
  return {
    phase: isOver ? 'Cancelled' : phase ?? 'Pending',
    observedGeneration: generation,
    progress,
    result,
    run,
    conditions: withConditions(before.conditions, [observation], {
      now,
      generation,
    }),
    startTime,
    completionTime,
    lastScheduleTime:
      lastAt === undefined
        ? before.lastScheduleTime
        : formatTimestamp(new Date(lastAt)),
    nextScheduleTime:
      nextAt === undefined ? undefined : formatTimestamp(new Date(nextAt)),
    activeWorkers,
  };
}
