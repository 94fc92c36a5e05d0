import { InputError } from '@backstage/errors';
import { NextFire, ObjectKey } from '@backstage-arena/plugin-arena-common';
import {
  CronExpression,
  scheduledFires,
  timezoneProblem,
} from '@backstage-arena/plugin-arena-common/schedule';

/** What is meant by a cron line and a time zone that somebody types. */
export interface SchedulePreview {
  /** Why the line is none. */
  cronProblem?: string;
  timezoneProblem?: string;
  fires: Array<Omit<NextFire, 'startsAt'>>;
}

/**
 * What is due from a moment on by what somebody types, or what is wrong with it, as the server would say it.
 *
 * @param options.job - what `H` is derived from
 */
export function previewFires(
  text: { cron: string; timezone: string },
  options: { job: ObjectKey; from: Date; count: number },
): SchedulePreview {
  const { timezone } = text;
  const { namespace, name } = options.job;
  const preview: SchedulePreview = {
    timezoneProblem: timezoneProblem(timezone),
    fires: [],
  };
  let expression: CronExpression;
  try {
    const seed = `${namespace}/${name}`;
    expression = CronExpression.parse(text.cron, { seed });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...preview, cronProblem: error.message };
  }
  if (preview.timezoneProblem) return preview;
  const { from, count } = options;
  for (const fire of scheduledFires({ expression, timezone, from })) {
    preview.fires.push({ ...fire, at: fire.at.toISOString() });
    if (preview.fires.length === count) return preview;
  }
  return preview.fires.length > 0
    ? preview
    : { ...preview, cronProblem: 'there is no such date' };
}
