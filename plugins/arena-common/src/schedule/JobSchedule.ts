/**
 * What became of a time at which a schedule was due:
 *
 * - `Started`: a child job was created.
 * - `Suspended`: the schedule was suspended.
 * - `Missed`: nobody was there to start it in time, and `catchUp` does not ask for it.
 * - `DeadlineExceeded`: it could not be started within `startingDeadlineSeconds`.
 * - `Forbidden`: the run before still ran, and `concurrencyPolicy` is `Forbid`.
 * - `Refused`: the child job could not be created.
 *
 * @public
 */
export type FireOutcome =
  | 'Started'
  | 'Suspended'
  | 'Missed'
  | 'DeadlineExceeded'
  | 'Forbidden'
  | 'Refused';

/**
 * What became of a job that was started. `Unknown`: it was deleted before anybody saw how it ended.
 *
 * @public
 */
export type FireResult = 'Succeeded' | 'Failed' | 'Cancelled' | 'Unknown';

/** Times at which a schedule was due, one or several in a row that were skipped for the same reason. @public */
export interface HandledFires {
  /** Milliseconds since the epoch, as the expression says, without jitter. */
  firstAt: number;
  lastAt: number;
  count: number;
  outcome: FireOutcome;
  /** Why nothing was started. */
  message?: string;
  /** Name of the job that was created. */
  child?: string;
  /** What became of it; absent while it runs. */
  result?: FireResult;
}

/** What became of the times at which a schedule was due on one day. @public */
export interface ScheduleDay {
  /** By the clocks of the schedule's time zone, for example `2026-11-26`. */
  date: string;
  /** Runs that were started, by what became of them. */
  started: Record<FireResult | 'Running', number>;
  /** What was not started, by reason. */
  skipped: SkippedFires[];
}

/** Times of a day at which a schedule was due and started nothing. @public */
export interface SkippedFires {
  outcome: Exclude<FireOutcome, 'Started'>;
  /** How many; absent when only the total of several days is on record. */
  count?: number;
  /** Of the latest one. */
  message?: string;
}

/** A stretch of the history of a schedule, by days. @public */
export interface ScheduleDays {
  timezone: string;
  /** Of what was due before nothing is known but what is in `days`; milliseconds since the epoch. */
  knownFrom: number;
  /** In order; those on which nothing was due are left out. */
  days: ScheduleDay[];
}

/** A time at which a schedule will be due. @public */
export interface NextFire {
  /** As the cron line says; ISO 8601 in UTC. */
  at: string;
  /** When its run is started: with its jitter, which is always the same. ISO 8601 in UTC. */
  startsAt: string;
  /** RFC 9557, for example `2026-03-29T03:00:00+02:00[Europe/Berlin]`. */
  local: string;
  /** What changes of the clock have to do with it. */
  notes: string[];
}

/** The schedule of an ArenaJob: what comes, and what became of what was due. @public */
export interface JobSchedule {
  cron: string;
  timezone: string;
  suspended: boolean;
  /** The next ones, also of a schedule that is suspended. */
  next: NextFire[];
  /** The latest first. */
  fires: HandledFires[];
  /** `before` of the next page of `fires`; absent on the last one. */
  before?: number;
}
