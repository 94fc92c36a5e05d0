import { JsonObject } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { DNS_SUBDOMAIN } from '../resources/fields';
import { invalid, typeInvalid } from './causes';
import { FieldPath } from './FieldPath';

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

function keyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = slash >= 0 ? key.slice(0, slash) : undefined;
  const name = key.slice(slash + 1);
  if (
    prefix !== undefined &&
    (prefix.length > 253 || !DNS_SUBDOMAIN.test(prefix))
  ) {
    return "the part before '/' must be a lower case RFC 1123 subdomain of at most 253 characters";
  }
  if (name.length > 63 || !NAME.test(name)) {
    return "the name must be at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit";
  }
  return undefined;
}

/** Checks labels as Kubernetes does. @internal */
export function checkLabels(labels: JsonObject, path: FieldPath): FieldCause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const problem = keyProblem(key);
    if (problem) {
      return [invalid(path, key, problem)];
    }
    if (typeof value !== 'string') {
      return [typeInvalid([...path, { key }], value, 'string')];
    }
    return value === '' || (value.length <= 63 && NAME.test(value))
      ? []
      : [
          invalid(
            [...path, { key }],
            value,
            "must be empty or at most 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",
          ),
        ];
  });
}

/** Checks annotations as Kubernetes does. @internal */
export function checkAnnotations(
  annotations: JsonObject,
  path: FieldPath,
): FieldCause[] {
  let bytes = 0;
  const causes = Object.entries(annotations).flatMap(([key, value]) => {
    const problem = keyProblem(key.toLocaleLowerCase('en-US'));
    if (problem) {
      return [invalid(path, key, problem)];
    }
    if (typeof value !== 'string') {
      return [typeInvalid([...path, { key }], value, 'string')];
    }
    bytes += new TextEncoder().encode(key + value).length;
    return [];
  });
  return bytes > MAX_ANNOTATIONS_BYTES
    ? [
        ...causes,
        {
          field: 'metadata.annotations',
          reason: 'FieldValueTooLong',
          message: `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes in all`,
        },
      ]
    : causes;
}
