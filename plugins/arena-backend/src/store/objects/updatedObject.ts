import {
  ArenaObject,
  ArenaObjectInput,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { checkOwners } from './checkOwners';
import { userMetadata } from './newObject';
import { refuseObject } from './refuseObject';

/**
 * The current object with the user's metadata and spec replaced by admitted ones.
 *
 * @throws InvalidObjectError
 */
export function updatedObject(
  current: ArenaObject,
  input: ArenaObjectInput<JsonObject>,
): ArenaObject {
  const { labels, annotations, finalizers, ownerReferences, ...fixed } =
    current.metadata;
  const next: ArenaObject = {
    ...current,
    metadata: { ...fixed, ...userMetadata(input.metadata) },
    spec: input.spec,
  };
  checkOwners(next);
  if (current.metadata.deletionTimestamp) {
    const known = new Set(finalizers);
    const added = (next.metadata.finalizers ?? []).filter(f => !known.has(f));
    if (added.length > 0) {
      refuseObject(current, [
        {
          field: 'metadata.finalizers',
          reason: 'FieldValueForbidden',
          message: `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(
            added,
          )}`,
        },
      ]);
    }
  }
  return next;
}
