import { ArenaJob } from '@backstage-arena/plugin-arena-common';

/** Keeps the object until its workers are stopped and its run is closed. */
export const JOB_FINALIZER = 'arena.backstage.io/run';

/** Whether a job waits for its run. One that does not is looked at no more once it has ended. */
export function isKept({ metadata }: ArenaJob): boolean {
  return Boolean(metadata.finalizers?.includes(JOB_FINALIZER));
}
