import type { ArenaJobSpec, ArenaJobStatus } from '../resources';

/** What run events are called. @public */
export const ARENA_RUN_EVENT_TYPES = [
  'run.succeeded',
  'run.failed',
  'run.cancelled',
] as const;

/** @public */
export type ArenaRunEventType = (typeof ARENA_RUN_EVENT_TYPES)[number];

/** Topic of run events on Backstage's EventsService. Their payload is an {@link ArenaRunEvent}. @public */
export const ARENA_RUN_EVENTS_TOPIC = 'arena.runs';

/** Channel of Backstage's SignalsService on which the creator of a run hears of its end: {@link ArenaRunSignal}. @public */
export const ARENA_SIGNAL_CHANNEL = 'arena';

/** A run of the reader has ended; the rest is read with their permissions. @public */
export type ArenaRunSignal = {
  type: ArenaRunEventType;
  runId: string;
};

/**
 * A run has ended: the body of webhooks, and the payload of events. The same event may come more than once, always with the same `id`.
 * Times are ISO 8601 in UTC.
 *
 * @public
 */
export interface ArenaRunEvent {
  /** Of this format. Fields may be added without a new version. */
  version: 1;
  id: string;
  type: ArenaRunEventType;
  /** When the run had ended. */
  time: string;
  run: {
    /** `<uid of the job>-<attempt>`. A job that ended before it could start has no run of this id. */
    id: string;
    /** Page in the portal. */
    url: string;
    cluster: string;
    namespace: string;
    jobName: string;
    jobUid: string;
    /** Name of the job with the schedule, or of the one that is repeated; else the job's own. */
    series: string;
    type: NonNullable<ArenaJobSpec['type']>;
    /** A schedule started it. */
    scheduled: boolean;
    phase: 'Succeeded' | 'Failed' | 'Cancelled';
    /** Why, for example `TestsFailed` or `Regression`. */
    reason: string;
    message: string;
    /** User entity reference. */
    creator?: string;
    /** Entity reference, as in the annotation of the job. */
    owner?: string;
    /** Entity reference of what is under test, as in the annotation of the job. */
    component?: string;
    startedAt?: string;
    finishedAt: string;
    progress?: ArenaJobStatus['progress'];
    /** As in `status.result.summary` of the job. */
    summary?: Record<string, string>;
  };
}
