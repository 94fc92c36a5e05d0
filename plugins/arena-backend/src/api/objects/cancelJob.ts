import { setTimeout as pause } from 'node:timers/promises';
import { ConflictError, isError } from '@backstage/errors';
import { ArenaObject, ObjectKey } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';

const ATTEMPTS = 50;
/** Whoever writes all the time would win each race that begins at the same moment. */
const MAX_PAUSE_MS = 10;
const FINAL_PHASES = ['Succeeded', 'Failed', 'Cancelled'];

/**
 * Asks for a job's end by setting `spec.cancelled`, which is sticky. Cancelling twice is no error.
 *
 * @throws ConflictError when the job has ended otherwise.
 */
export async function cancelJob(
  store: ResourceStore,
  key: ObjectKey,
): Promise<ArenaObject> {
  for (let attempt = 1; ; attempt++) {
    const job = await store.get('ArenaJob', key);
    if (job.spec.cancelled === true) return job;
    const phase = job.status?.phase;
    // A scheduled job mirrors the phase of its latest child; it is over only when it is cancelled.
    if (
      job.spec.schedule === undefined &&
      typeof phase === 'string' &&
      FINAL_PHASES.includes(phase)
    ) {
      throw new ConflictError(
        `ArenaJob '${key.namespace}/${key.name}' has ended already: its phase is ${phase}`,
      );
    }
    try {
      return await store.update({
        ...job,
        spec: { ...job.spec, cancelled: true },
      });
    } catch (error) {
      // The reconciler writes status all the time; only the resource version is stale, not the wish.
      const isConflict = isError(error) && error.name === 'ConflictError';
      if (!isConflict || attempt >= ATTEMPTS) throw error;
      await pause(Math.random() * MAX_PAUSE_MS);
    }
  }
}
