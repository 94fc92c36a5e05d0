import {
  ArenaKind,
  FieldCause,
  ObjectMeta,
} from '@backstage-arena/plugin-arena-common';
import { formatCause } from '@backstage-arena/plugin-arena-common/admission';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { namesOfKind } from '../storeErrors';

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
    `${object.kind}.${namesOfKind(object.kind).group} "${name}" is invalid: ${
      faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`
    }`,
    causes,
  );
}
