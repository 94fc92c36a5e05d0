import { JsonPrimitive } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import type { StructuralSchema } from '../resources/crd';
import { invalid, notSupported, tooLong } from './causes';
import { FieldPath } from './FieldPath';
import { suggest } from './suggest';

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(source);
    patterns.set(source, pattern);
  }
  return pattern;
}

/** Checks a text, number or boolean of the right type. @internal */
export function checkScalar(
  value: JsonPrimitive,
  schema: StructuralSchema,
  path: FieldPath,
): FieldCause[] {
  if (typeof value === 'string') {
    const cause = checkText(value, schema, path);
    return cause ? [cause] : [];
  }
  if (typeof value === 'number') {
    const cause = checkNumber(value, schema, path);
    return cause ? [cause] : [];
  }
  return [];
}

function checkText(
  value: string,
  schema: StructuralSchema,
  path: FieldPath,
): FieldCause | undefined {
  const { maxLength, minLength = 0, pattern, format } = schema;
  if (schema.enum && !schema.enum.includes(value)) {
    return notSupported(path, value, schema.enum, suggest(value, schema.enum));
  }
  // Characters, as the API server counts them, not UTF-16 units.
  const length = [...value.slice(0, 2 * (maxLength ?? value.length) + 2)]
    .length;
  if (maxLength !== undefined && length > maxLength) {
    return tooLong(path, maxLength);
  }
  if (length < minLength) {
    return minLength === 1
      ? invalid(path, value, 'must not be empty')
      : invalid(path, value, `must be at least ${minLength} characters long`);
  }
  if (pattern && !patternOf(pattern).test(value)) {
    const hint = schema['x-arena-hint'];
    return invalid(path, value, hint ?? `must match '${pattern}'`);
  }
  if (format === 'date-time' && !isDateTime(value)) {
    return invalid(path, value, 'must be a time such as 2030-01-31T12:00:00Z');
  }
  return undefined;
}

function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(
      value,
    ) && !Number.isNaN(Date.parse(value))
  );
}

function checkNumber(
  value: number,
  schema: StructuralSchema,
  path: FieldPath,
): FieldCause | undefined {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (!(value >= minimum)) {
    return invalid(path, value, `must be greater than or equal to ${minimum}`);
  }
  if (!(value <= maximum)) {
    return invalid(path, value, `must be less than or equal to ${maximum}`);
  }
  return undefined;
}
