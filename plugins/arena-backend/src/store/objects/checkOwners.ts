import { ArenaObject, FieldCause } from '@backstage-arena/plugin-arena-common';
import { refuseObject } from './refuseObject';

const MAX_UID_LENGTH = 64;

/**
 * Checks of owner references what a schema cannot say.
 *
 * @throws InvalidObjectError
 */
export function checkOwners(object: ArenaObject): void {
  const { uid, ownerReferences = [] } = object.metadata;
  const causes: FieldCause[] = [];
  ownerReferences.forEach((owner, index) => {
    const fault =
      (owner.uid === uid && 'an object cannot own itself') ||
      ((owner.uid.length > MAX_UID_LENGTH || owner.uid.includes('\0')) &&
        `is no UID: at most ${MAX_UID_LENGTH} characters, none of them NUL`);
    if (fault) {
      causes.push({
        field: `metadata.ownerReferences[${index}].uid`,
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${JSON.stringify(owner.uid)}: ${fault}`,
      });
    }
  });
  const controllers = ownerReferences.filter(owner => owner.controller);
  if (controllers.length > 1) {
    causes.push({
      field: 'metadata.ownerReferences',
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(
        controllers.map(owner => owner.name),
      )}: only one reference can have controller set to true`,
    });
  }
  refuseObject(object, causes);
}
