import { JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { FieldPath, formatFieldPath } from './FieldPath';
import { isObject, typeOf } from './values';

const MAX_SHOWN = 200;

/** A value as error messages show it: objects and lists by their type alone. */
function shown(value: JsonValue | undefined): string {
  if (value === undefined) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return '"array"';
  }
  if (isObject(value)) {
    return '"object"';
  }
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}..."` : text;
}

function cause(path: FieldPath, reason: string, message: string): FieldCause {
  return { field: formatFieldPath(path), reason, message };
}

/** @internal */
export function invalid(
  path: FieldPath,
  value: JsonValue | undefined,
  detail: string,
): FieldCause {
  return cause(
    path,
    'FieldValueInvalid',
    `Invalid value: ${shown(value)}: ${detail}`,
  );
}

/** @internal */
export function required(path: FieldPath, detail?: string): FieldCause {
  return cause(
    path,
    'FieldValueRequired',
    detail ? `Required value: ${detail}` : 'Required value',
  );
}

/** @internal */
export function forbidden(path: FieldPath, detail: string): FieldCause {
  return cause(path, 'FieldValueForbidden', `Forbidden: ${detail}`);
}

/** @internal */
export function notSupported(
  path: FieldPath,
  value: JsonValue | undefined,
  supported: readonly string[],
  suggestion?: string,
): FieldCause {
  const list = supported.map(word => JSON.stringify(word)).join(', ');
  return cause(
    path,
    'FieldValueNotSupported',
    `Unsupported value: ${shown(value)}: supported values: ${list}${
      suggestion ? `; did you mean ${JSON.stringify(suggestion)}?` : ''
    }`,
  );
}

/** @internal */
export function tooLong(path: FieldPath, max: number): FieldCause {
  return cause(
    path,
    'FieldValueTooLong',
    `Too long: may not be more than ${max} characters`,
  );
}

/** @internal */
export function tooMany(
  path: FieldPath,
  actual: number,
  max: number,
): FieldCause {
  return cause(
    path,
    'FieldValueTooMany',
    `Too many: ${actual}: must have at most ${max} items`,
  );
}

/** @internal */
export function duplicate(path: FieldPath, value: JsonValue): FieldCause {
  return cause(
    path,
    'FieldValueDuplicate',
    `Duplicate value: ${JSON.stringify(value)}`,
  );
}

/** @internal */
export function typeInvalid(
  path: FieldPath,
  value: JsonValue | undefined,
  wanted: string,
): FieldCause {
  return cause(
    path,
    'FieldValueTypeInvalid',
    `Invalid value: ${shown(value)}: must be of type ${wanted}, not ${typeOf(
      value,
    )}`,
  );
}

const UNKNOWN_FIELD = 'UnknownField';

/** @internal */
export function unknownField(path: FieldPath, suggestion?: string): FieldCause {
  return cause(
    path,
    UNKNOWN_FIELD,
    `unknown field ${JSON.stringify(formatFieldPath(path))}${
      suggestion ? `, did you mean ${JSON.stringify(suggestion)}?` : ''
    }`,
  );
}

/**
 * A cause in one line, as `kubectl` prints it.
 *
 * @public
 */
export function formatCause(fault: FieldCause): string {
  return fault.field && fault.reason !== UNKNOWN_FIELD
    ? `${fault.field}: ${fault.message}`
    : fault.message;
}
