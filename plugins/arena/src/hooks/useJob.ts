import { JobAddress } from '../shell';
import { ObjectState, useObject } from './useObject';
import { Query } from './useQuery';

/** A job, live. Its object is `undefined` when it does not exist (any more). */
export function useJob(address: JobAddress | undefined): Query<ObjectState> {
  const { cluster, namespace, name } = address ?? {};
  return useObject(
    'ArenaJob',
    address,
    address && `job:${cluster}/${namespace}/${name}`,
  );
}
