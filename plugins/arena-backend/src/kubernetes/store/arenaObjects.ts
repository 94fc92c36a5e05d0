import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { KubeObject } from '../client/KubeObject';
import { withoutManagedFields } from '../client/withoutManagedFields';

/** What the API server stores under the definitions of our kinds, as the rest of the backend knows it. */
export function toArenaObject(object: KubeObject): ArenaObject {
  // The definitions give it this shape.
  return withoutManagedFields(object) as ArenaObject;
}

/** A copy that its receiver may change. */
export function copyOf<T extends ArenaObject>(object: ArenaObject): T {
  return structuredClone(object) as T;
}
