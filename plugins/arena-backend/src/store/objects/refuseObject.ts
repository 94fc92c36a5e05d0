import {
  ARENA_API_GROUP,
  ArenaKind,
  FieldCause,
  ObjectMeta,
} from '@backstage-arena/plugin-arena-common';
import { formatCause } from '@backstage-arena/plugin-arena-common/admission';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';

/**
 * Refuses an object if there is anything against it, in the words of an API server.
 *
 * @throws InvalidObjectError
 */
export function refuseObject(
  object: { kind: ArenaKind; metadata: Partial<ObjectMeta> },
  causes: FieldCause[],
): void {
  if (causes.length === 0) {
    return;
  }
  const name = object.metadata.name || object.metadata.generateName || '';
  const faults = causes.map(formatCause);
  throw new InvalidObjectError(
    `${object.kind}.${ARENA_API_GROUP} "${name}" is invalid: ${
      faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
    }`,
    causes,
  );
}
