import { ConflictError, isError } from '@backstage/errors';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  Run,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { JOB_FINALIZER } from '../../reconciler/job/jobFinalizer';
import { updateWithRetry } from '../../reconciler/updateWithRetry';
import { RunReader } from '../RouterOptions';

/**
 * Lets the reports of a run be written once more, after that failed. It is done for its job, which says where they go and whose workers write
 * them; the job stays as it ended.
 *
 * @throws ConflictError when there is nothing to write again, or the job is gone.
 */
export async function retryReports(
  options: {
    store: ResourceStore;
    runs: Pick<RunReader, 'retryFinalize'>;
    now: Date;
  },
  run: Run,
): Promise<void> {
  const { store, runs, now } = options;
  await findJob(store, run);
  await runs.retryFinalize(run.id);
  // Afterwards: whoever drives the job looks at it when it changes, and must see that there is something to do.
  const read = () => findJob(store, run);
  await updateWithRetry(store, read, job => {
    const { finalizers = [], annotations } = job.metadata;
    return {
      ...job,
      metadata: {
        ...job.metadata,
        finalizers: [...new Set([...finalizers, JOB_FINALIZER])],
        annotations: {
          ...annotations,
          [ARENA_ANNOTATIONS.reconcileAt]: now.toISOString(),
        },
      },
    };
  });
}

async function findJob(store: ResourceStore, run: Run): Promise<ArenaObject> {
  const { namespace, jobName: name } = run;
  const gone = `ArenaJob '${namespace}/${name}' of run '${run.id}' does not exist anymore: its output cannot be written again`;
  try {
    const job = await store.get('ArenaJob', { namespace, name });
    if (job.metadata.uid === run.jobUid && !job.metadata.deletionTimestamp) {
      return job;
    }
  } catch (error) {
    if (!isError(error) || error.name !== 'NotFoundError') throw error;
  }
  throw new ConflictError(gone);
}
