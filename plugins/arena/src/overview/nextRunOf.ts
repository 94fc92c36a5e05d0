import { ArenaObject, JobOverview } from '@backstage-arena/plugin-arena-common';
import { isFinished, statusText } from '../lib/jobs';

/** When a job runs next by its schedule; ISO 8601. `undefined` for one that has none, is suspended or cancelled. */
export function nextRunOf(job: ArenaObject): string | undefined {
  const schedule = job.spec.schedule;
  if (!schedule || isFinished(job) || Object(schedule).suspend === true) {
    return undefined;
  }
  return statusText(job, 'nextScheduleTime');
}

/** Those of some jobs that run by a schedule, the next one first. */
export function nextRunsOf(
  items: readonly JobOverview[],
): Array<JobOverview & { at: string }> {
  return items
    .flatMap(one => {
      const at = nextRunOf(one.job);
      return at ? [{ ...one, at }] : [];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
