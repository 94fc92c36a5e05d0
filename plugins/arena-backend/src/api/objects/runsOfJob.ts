import { isError } from '@backstage/errors';
import { ObjectKey, Run } from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { RunReader } from '../RouterOptions';

const MAX_RUNS = 100;

/**
 * Runs of a job, newest first. While the job is there these are its own, not those of a namesake that was deleted; once it is gone,
 * those that are left under its name.
 *
 * @throws NotFoundError when there is neither the job nor a run of it.
 */
export async function runsOfJob(
  options: { store: ResourceStore; runs: Pick<RunReader, 'find'> },
  key: ObjectKey,
): Promise<Run[]> {
  const { store, runs } = options;
  try {
    const job = await store.get('ArenaJob', key);
    return await runs.find({ jobUid: job.metadata.uid, limit: MAX_RUNS });
  } catch (error) {
    if (!isError(error) || error.name !== 'NotFoundError') throw error;
    const left = await runs.find({
      cluster: store.cluster,
      namespace: key.namespace,
      jobName: key.name,
      limit: MAX_RUNS,
    });
    if (left.length === 0) throw error;
    return left;
  }
}
