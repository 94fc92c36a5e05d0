import { JobAddress } from '../shell';
import { ObjectState, useObject } from './useObject';
import { Query } from './useQuery';

/** A source, live. Its object is `undefined` when it does not exist (any more). */
export function useSource(address: JobAddress): Query<ObjectState> {
  return useObject('ArenaSource', address, 'sources');
}
