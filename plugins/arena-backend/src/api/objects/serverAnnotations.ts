import { JsonObject } from '@backstage/types';
import {
  ARENA_ANNOTATIONS,
  ArenaObject,
  ArenaObjectInput,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';

/** Annotations that say where an object comes from: fixed when it is created. */
const FIXED = [
  ARENA_ANNOTATIONS.creator,
  ARENA_ANNOTATIONS.rerunOf,
  ARENA_ANNOTATIONS.rerunItems,
];

/** Writes who creates the object. What the caller claims about it is replaced: an export of another's object may be applied anew. */
export function withCreator(
  object: ArenaObjectInput<JsonObject>,
  userEntityRef: string,
): ArenaObjectInput<JsonObject> {
  return withAnnotations(object, {
    ...object.metadata.annotations,
    [ARENA_ANNOTATIONS.creator]: userEntityRef,
  });
}

/**
 * Carries fixed annotations over from the stored object.
 *
 * @throws InvalidObjectError when the caller gives one another value.
 */
export function withFixedAnnotations(
  object: ArenaObjectInput<JsonObject>,
  stored: ArenaObject,
): ArenaObjectInput<JsonObject> {
  const annotations = { ...object.metadata.annotations };
  const causes: FieldCause[] = [];
  for (const name of FIXED) {
    const value = stored.metadata.annotations?.[name];
    const wanted = annotations[name];
    if (wanted !== undefined && wanted !== value) {
      causes.push({
        field: `metadata.annotations[${name}]`,
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(wanted)}: field is immutable`,
      });
    }
    if (value !== undefined) annotations[name] = value;
  }
  if (causes.length > 0) {
    throw new InvalidObjectError(
      `${object.kind} "${stored.metadata.name}" is invalid: ${causes
        .map(cause => `${cause.field}: ${cause.message}`)
        .join('; ')}`,
      causes,
    );
  }
  return withAnnotations(object, annotations);
}

function withAnnotations(
  object: ArenaObjectInput<JsonObject>,
  annotations: Record<string, string>,
): ArenaObjectInput<JsonObject> {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
  };
}
