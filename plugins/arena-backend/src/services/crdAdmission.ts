import {
  admit,
  validateStatus,
} from '@backstage-arena/plugin-arena-common/admission';
import { Admission } from '../store/Admission';
import { refuseObject } from '../store/objects/refuseObject';

/** Admission by the generated CRDs, as an API server applies them. */
export const crdAdmission: Admission = {
  admit(input, old) {
    const { object, causes } = admit(input, {
      operation: old ? 'update' : 'create',
      oldObject: old,
    });
    refuseObject(input, causes);
    return object;
  },

  admitStatus(object) {
    refuseObject(object, validateStatus(object.kind, object.status ?? {}));
    return object;
  },
};
