import { ArenaObject, FieldCause } from '@backstage-arena/plugin-arena-common';
import { InvalidObjectError } from '@backstage-arena/plugin-arena-node';
import { namesOfKind } from '../storeErrors';

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

function qualifiedNameFault(key: string): string | undefined {
  const slash = key.indexOf('/');
  const name = slash < 0 ? key : key.slice(slash + 1);
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  if (prefix !== undefined && !isSubdomain(prefix)) {
    return `prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', at most 253`;
  }
  if (name.length < 1 || name.length > 63 || !QUALIFIED_PART.test(name)) {
    return `name part must consist of alphanumeric characters, '-', '_' or '.', must start and end with an alphanumeric character, and be 1 to 63 characters long`;
  }
  return undefined;
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && DNS_SUBDOMAIN.test(text);
}

/**
 * Checks what every Kubernetes object must satisfy, whatever its kind. The schema of a kind says nothing of it.
 *
 * @throws InvalidObjectError with all faults
 */
export function validateMetadata(object: ArenaObject): void {
  const { metadata } = object;
  const causes: FieldCause[] = [];
  const invalid = (field: string, value: unknown, message: string) =>
    causes.push({
      field: `metadata.${field}`,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(value)}: ${message}`,
    });

  if (typeof metadata.name !== 'string' || !isSubdomain(metadata.name)) {
    invalid(
      'name',
      metadata.name,
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', must start and end with an alphanumeric character, and be at most 253 characters long (e.g. 'example.com')`,
    );
  }
  if (
    typeof metadata.namespace !== 'string' ||
    metadata.namespace.length > 63 ||
    !DNS_LABEL.test(metadata.namespace)
  ) {
    invalid(
      'namespace',
      metadata.namespace,
      `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', must start and end with an alphanumeric character, and be at most 63 characters long (e.g. 'my-name')`,
    );
  }
  const labels = asTexts('labels', metadata.labels, invalid);
  for (const [key, value] of labels) {
    const fault = qualifiedNameFault(key);
    if (fault) {
      invalid('labels', key, fault);
    }
    if (value.length > 63 || (value !== '' && !QUALIFIED_PART.test(value))) {
      invalid(
        'labels',
        value,
        `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', must start and end with an alphanumeric character, and be at most 63 characters long (label "${key}")`,
      );
    }
  }
  let bytes = 0;
  for (const [key, value] of asTexts(
    'annotations',
    metadata.annotations,
    invalid,
  )) {
    const fault = qualifiedNameFault(key.toLocaleLowerCase('en-US'));
    if (fault) {
      invalid('annotations', key, fault);
    }
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) {
    causes.push({
      field: 'metadata.annotations',
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`,
    });
  }
  validateFinalizers(object, invalid);
  validateOwners(object, invalid);

  if (causes.length > 0) {
    throw invalidObject(object, causes);
  }
}

type Invalid = (field: string, value: unknown, message: string) => void;

function asTexts(
  field: string,
  map: unknown,
  invalid: Invalid,
): [string, string][] {
  if (map === undefined) {
    return [];
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    invalid(field, map, 'must be an object whose values are strings');
    return [];
  }
  return Object.entries(map).filter((entry): entry is [string, string] => {
    if (typeof entry[1] !== 'string') {
      invalid(`${field}[${entry[0]}]`, entry[1], 'must be a string');
    }
    return typeof entry[1] === 'string';
  });
}

function validateFinalizers(object: ArenaObject, invalid: Invalid): void {
  const { finalizers } = object.metadata;
  if (finalizers === undefined) {
    return;
  }
  if (!Array.isArray(finalizers)) {
    invalid('finalizers', finalizers, 'must be a list of strings');
    return;
  }
  finalizers.forEach((finalizer, i) => {
    if (typeof finalizer !== 'string' || qualifiedNameFault(finalizer)) {
      invalid(
        `finalizers[${i}]`,
        finalizer,
        'must be a qualified name, such as example.com/clean-up',
      );
    }
  });
}

function validateOwners(object: ArenaObject, invalid: Invalid): void {
  const { ownerReferences } = object.metadata;
  if (ownerReferences === undefined) {
    return;
  }
  if (!Array.isArray(ownerReferences)) {
    invalid('ownerReferences', ownerReferences, 'must be a list');
    return;
  }
  ownerReferences.forEach((owner, i) => {
    for (const part of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      const value: unknown = owner?.[part];
      if (
        typeof value !== 'string' ||
        value === '' ||
        value.length > 253 ||
        value.includes('\0')
      ) {
        invalid(
          `ownerReferences[${i}].${part}`,
          value ?? null,
          'must be a text of 1 to 253 characters',
        );
      }
    }
    if (owner?.uid === object.metadata.uid) {
      invalid(
        `ownerReferences[${i}].uid`,
        owner.uid,
        'an object cannot own itself',
      );
    }
  });
  if (ownerReferences.filter(owner => owner?.controller).length > 1) {
    invalid(
      'ownerReferences',
      ownerReferences.map(owner => owner?.name),
      'only one reference can have controller set to true',
    );
  }
}

/** The error in the form that kubectl prints. */
export function invalidObject(
  object: ArenaObject,
  causes: FieldCause[],
): InvalidObjectError {
  const { plural, kind } = namesOfKind(object.kind);
  const details = causes.map(cause => `${cause.field}: ${cause.message}`);
  return new InvalidObjectError(
    `${kind} ${plural} "${object.metadata.name}" is invalid: ${
      details.length === 1 ? details[0] : `[${details.join(', ')}]`
    }`,
    causes,
  );
}
