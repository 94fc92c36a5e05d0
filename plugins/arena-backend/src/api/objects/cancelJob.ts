import { ConflictError } from '@backstage/errors';
import { ArenaObject, ObjectKey } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { isTerminal } from '../../reconciler/job/nextJobState';
import { updateWithRetry } from '../../reconciler/updateWithRetry';

/**
 * Asks for a job's end by setting `spec.cancelled`, which is sticky. Cancelling twice is no error.
 *
 * @throws ConflictError when the job has ended otherwise.
 */
export async function cancelJob(
  store: ResourceStore,
  key: ObjectKey,
): Promise<ArenaObject> {
  const read = () => store.get('ArenaJob', key);
  return updateWithRetry(store, read, job => {
    if (job.spec.cancelled === true) return undefined;
    const phase = job.status?.phase as string | undefined;
    // A scheduled job mirrors the phase of its latest child; it is over only when it is cancelled.
    if (job.spec.schedule === undefined && isTerminal(phase)) {
      throw new ConflictError(
        `ArenaJob '${key.namespace}/${key.name}' has ended already: its phase is ${phase}`,
      );
    }
    return { ...job, spec: { ...job.spec, cancelled: true } };
  });
}
