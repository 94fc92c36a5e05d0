import { ConflictError } from '@backstage/errors';
import {
  ARENA_ANNOTATIONS,
  ArenaJob,
  ArenaObject,
  ArenaObjectInput,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { childJob, TRIGGERED } from './childJob';
import { scheduleOf } from './readSchedule';

/** Room for `-now-` and the five characters that the store adds, within the 63 that fit in a label. */
const MAX_BASE_LENGTH = 53;

/**
 * Starts a job with a schedule now, on behalf of a person: another child, which counts as its latest run.
 *
 * @throws ConflictError when it has no schedule, or has ended
 */
export async function triggerJob(
  store: ResourceStore,
  key: ObjectKey,
  options: {
    userEntityRef: string;
    now: Date;
    /** Throws when the caller may not create such a job. */
    mayCreate: (job: ArenaObjectInput) => Promise<void>;
  },
): Promise<ArenaObject> {
  const job = await store.get<ArenaJob>('ArenaJob', key);
  scheduleOf(job);
  if (job.spec.cancelled || job.metadata.deletionTimestamp) {
    throw new ConflictError(
      `ArenaJob '${key.namespace}/${key.name}' was cancelled or is being deleted`,
    );
  }
  const child = childJob(job, options.now.getTime());
  const { name, annotations, ...metadata } = child.metadata;
  const base = key.name.slice(0, MAX_BASE_LENGTH).replace(/[-.]+$/, '');
  const wanted = {
    ...child,
    metadata: {
      ...metadata,
      generateName: `${base}-now-`,
      annotations: {
        ...annotations,
        [ARENA_ANNOTATIONS.creator]: options.userEntityRef,
        [TRIGGERED]: 'true',
      },
    },
  };
  await options.mayCreate(wanted);
  return store.create(wanted);
}
