import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';

/** What `concurrencyPolicy` may be. */
export const POLICIES = ['Forbid', 'Allow', 'Replace'] as const;
/** What `catchUp` may be. */
export const CATCH_UPS = ['none', 'latest', 'all'] as const;

/** The schedule of a job as it is edited: what is not set has its default, or is empty. */
export interface ScheduleForm {
  cron: string;
  timezone: string;
  concurrencyPolicy: string;
  catchUp: string;
  /** A duration; empty: none. */
  jitter: string;
  startingDeadlineSeconds: number | undefined;
  successfulRunsHistoryLimit: number;
  failedRunsHistoryLimit: number;
}

/** The schedule of a job, to be edited. */
export function scheduleForm(job: ArenaObject): ScheduleForm {
  const schedule = job.spec.schedule as JsonObject;
  const text = (field: string, fallback: string) =>
    typeof schedule[field] === 'string' ? String(schedule[field]) : fallback;
  const number = (field: string) =>
    typeof schedule[field] === 'number' ? Number(schedule[field]) : undefined;
  return {
    cron: text('cron', ''),
    timezone: text('timezone', 'UTC'),
    concurrencyPolicy: text('concurrencyPolicy', POLICIES[0]),
    catchUp: text('catchUp', 'latest'),
    jitter: text('jitter', ''),
    startingDeadlineSeconds: number('startingDeadlineSeconds'),
    successfulRunsHistoryLimit: number('successfulRunsHistoryLimit') ?? 3,
    failedRunsHistoryLimit: number('failedRunsHistoryLimit') ?? 1,
  };
}

/** A schedule with what was edited; what is empty is left out. */
export function withForm(schedule: JsonObject, form: ScheduleForm): JsonObject {
  return { ...schedule, ...form, jitter: form.jitter.trim() || undefined };
}
