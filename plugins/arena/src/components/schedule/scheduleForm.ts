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

/** What somebody did to a schedule. */
export interface ScheduleEdit {
  /** As it was shown at first. */
  from: ScheduleForm;
  to: ScheduleForm;
}

/** A schedule, to be edited. */
export function scheduleForm(schedule: JsonObject): ScheduleForm {
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

/** A schedule with what was edited, and nothing else; what was emptied is left out. */
export function withEdit(schedule: JsonObject, edit: ScheduleEdit): JsonObject {
  const fields = editedFields(edit).map(field => {
    const value = edit.to[field];
    return [field, value === '' ? undefined : value];
  });
  return { ...schedule, ...Object.fromEntries(fields) };
}

/** What was edited and is no longer as it was shown, because somebody else has changed it to something else. */
export function conflictsWith(
  schedule: JsonObject,
  edit: ScheduleEdit,
): Array<keyof ScheduleForm> {
  const now = scheduleForm(schedule);
  return editedFields(edit).filter(
    field => now[field] !== edit.from[field] && now[field] !== edit.to[field],
  );
}

function editedFields({ from, to }: ScheduleEdit): Array<keyof ScheduleForm> {
  const fields = Object.keys(to) as Array<keyof ScheduleForm>;
  return fields.filter(field => to[field] !== from[field]);
}
