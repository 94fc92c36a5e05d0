import { JsonObject, JsonValue } from '@backstage/types';
import { FieldPath } from './FieldPath';

/** @internal */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an own property: names such as `__proto__` or `toString` are fields like any other. @internal */
export function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.prototype.hasOwnProperty.call(object, name)
    ? object[name]
    : undefined;
}

/** The value at the end of a path. @internal */
export function valueAt(
  value: JsonValue | undefined,
  path: FieldPath,
): JsonValue | undefined {
  let current = value;
  for (const segment of path) {
    if ('index' in segment) {
      current = Array.isArray(current) ? current[segment.index] : undefined;
    } else {
      const name = 'field' in segment ? segment.field : segment.key;
      current = isObject(current) ? own(current, name) : undefined;
    }
  }
  return current;
}

/** @internal */
export function jsonEqual(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(
        key =>
          Object.prototype.hasOwnProperty.call(b, key) &&
          jsonEqual(a[key], b[key]),
      )
    );
  }
  return false;
}

/** The name of a value's type in the words of OpenAPI. @internal */
export function typeOf(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'array';
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? 'integer' : 'number';
  }
  return typeof value;
}
