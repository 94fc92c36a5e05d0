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
}

/** A time at which a schedule will be due. @public */
export interface NextFire {
  /** ISO 8601 in UTC. */
  at: string;
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
