import {
  ArenaObject,
  ArenaJobSpec,
  effectiveLoadTest,
} from '@backstage-arena/plugin-arena-common';
import { isFinished, statusText } from './jobs';

/** Length of the load test that a job asks for, in milliseconds; `undefined` for a search, and for what cannot be read. */
export function plannedMsOf(job: ArenaObject): number | undefined {
  const spec = job.spec.loadTest as Partial<
    NonNullable<ArenaJobSpec['loadTest']>
  > | null;
  if (!spec || spec.search) return undefined;
  try {
    const { durationMs } = effectiveLoadTest(
      spec as NonNullable<ArenaJobSpec['loadTest']>,
    );
    return durationMs > 0 ? durationMs : undefined;
  } catch {
    // An object may be of a version with other fields: then nobody knows how long it takes.
    return undefined;
  }
}

/** How long a job has run so far, in milliseconds; `undefined` when it does not run. */
export function runningMs(job: ArenaObject, now: number): number | undefined {
  const start = statusText(job, 'startTime');
  return start === undefined || isFinished(job)
    ? undefined
    : Math.max(0, now - Date.parse(start));
}
