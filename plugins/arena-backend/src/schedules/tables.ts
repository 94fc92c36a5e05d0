import { DbBoolean, DbInteger } from '../runs/tables';

export interface ScheduleRow {
  job_uid: string;
  cluster: string;
  namespace: string;
  name: string;
  handled_until: DbInteger;
  known_from: DbInteger;
  expression: string;
  suspended: DbBoolean;
  waiting_for: DbInteger | null;
}

export interface ScheduleFireRow {
  id: DbInteger;
  job_uid: string;
  first_at: DbInteger;
  last_at: DbInteger;
  count: number;
  /** A `FireOutcome`. */
  outcome: string;
  message: string | null;
  child: string | null;
  /** A `FireResult`. */
  result: string | null;
}
