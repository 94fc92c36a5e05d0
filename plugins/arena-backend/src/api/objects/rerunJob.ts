import { ConflictError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  ArenaObjectInput,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { RunReader } from '../RouterOptions';

/** Room for `-rerun-` and the five characters that the store adds, within the 63 that fit in a label. */
const MAX_BASE_LENGTH = 51;
const NOT_COPIED: string[] = [
  ARENA_ANNOTATIONS.creator,
  ARENA_ANNOTATIONS.rerunOf,
  ARENA_ANNOTATIONS.rerunItems,
  'kubectl.kubernetes.io/last-applied-configuration',
];

/**
 * Creates a job that repeats the latest run of another with the same pins, or only the items of it that failed or that the end of its budget left undone.
 *
 * @throws ConflictError when there is nothing to repeat.
 */
export async function rerunJob(
  options: {
    store: ResourceStore;
    runs: Pick<RunReader, 'find' | 'readIndexes'>;
  },
  key: ObjectKey,
  request: {
    failedOnly: boolean;
    userEntityRef: string;
    /** Throws when the caller may not create such a job. */
    mayCreate: (job: ArenaObjectInput) => Promise<void>;
  },
): Promise<ArenaObject> {
  const { store, runs } = options;
  const job = await store.get('ArenaJob', key);
  const [run] = await runs.find({ jobUid: job.metadata.uid, limit: 1 });
  if (!run) {
    throw new ConflictError(
      `ArenaJob '${key.namespace}/${key.name}' has not run yet: there is nothing to repeat`,
    );
  }
  if (request.failedOnly) {
    if (run.state === 'Running') {
      throw new ConflictError(
        `Run '${run.id}' is still going on: which of its items fail is not known yet`,
      );
    }
    const { failed, errored, pending } = run.counters;
    const undone = run.budget?.exhausted ? pending : 0;
    if (failed + errored + undone === 0) {
      throw new ConflictError(`Run '${run.id}' has no failed items`);
    }
  }
  const wanted = repeated(job, {
    [ARENA_ANNOTATIONS.creator]: request.userEntityRef,
    [ARENA_ANNOTATIONS.rerunOf]: run.id,
    ...(request.failedOnly && { [ARENA_ANNOTATIONS.rerunItems]: 'failed' }),
  });
  await request.mayCreate(wanted);
  return store.create(wanted);
}

function repeated(
  job: ArenaObject,
  annotations: Record<string, string>,
): ArenaObjectInput<JsonObject> {
  // The copy runs now, whenever the original was scheduled and however it ended.
  const { cancelled, schedule, ...spec } = job.spec;
  const base = job.metadata.name
    .replace(/-rerun-[a-z0-9]{5}$/, '')
    .slice(0, MAX_BASE_LENGTH)
    .replace(/[-.]+$/, '');
  const kept = Object.entries(job.metadata.annotations ?? {}).filter(
    ([name]) => !NOT_COPIED.includes(name),
  );
  return {
    apiVersion: job.apiVersion,
    kind: job.kind,
    metadata: {
      generateName: `${base}-rerun-`,
      namespace: job.metadata.namespace,
      ...(job.metadata.labels && { labels: job.metadata.labels }),
      annotations: { ...Object.fromEntries(kept), ...annotations },
    },
    spec,
  };
}
