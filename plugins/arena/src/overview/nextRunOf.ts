import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { isFinished, statusText } from '../lib/jobs';

/** When a job runs next by its schedule; ISO 8601. `undefined` for one that has none, is suspended or cancelled. */
export function nextRunOf(job: ArenaObject): string | undefined {
  const schedule = job.spec.schedule;
  if (!schedule || isFinished(job) || Object(schedule).suspend === true) {
    return undefined;
  }
  return statusText(job, 'nextScheduleTime');
}
