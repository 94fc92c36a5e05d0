import {
  admit,
  formatCause,
  validateStatus,
} from '@backstage-arena/plugin-arena-common/admission';
import {
  ARENA_API_GROUP,
  ArenaObject,
  FieldCause,
} from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { Admission } from '../store/Admission';

/** Admission by the generated CRDs, as an API server applies them. */
export const crdAdmission: Admission = {
  admit(object, old) {
    const result = admit(object, {
      operation: old ? 'update' : 'create',
      oldObject: old,
    });
    refuse(object, result.causes);
    return { ...object, spec: result.object.spec };
  },

  admitStatus(object) {
    refuse(object, validateStatus(object.kind, object.status ?? {}));
    return object;
  },
};

function refuse(object: ArenaObject, causes: FieldCause[]): void {
  if (causes.length === 0) return;
  const { kind, metadata } = object;
  throw new InvalidObjectError(
    `${kind}.${ARENA_API_GROUP} "${metadata.name}" is invalid: ${causes
      .map(formatCause)
      .join(', ')}`,
    causes,
  );
}
