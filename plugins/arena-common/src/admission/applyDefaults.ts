import { JsonObject, JsonValue } from '@backstage/types';
import type { StructuralSchema } from '../resources/crd';
import { isObject } from './values';

/**
 * A copy of a value with the defaults of its schema. As in Kubernetes, the defaults of an object apply only when that object is present.
 *
 * @internal
 */
export function applyDefaults(
  value: JsonValue,
  schema: StructuralSchema,
): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.map(item => applyDefaults(item, items)) : value;
  }
  if (!isObject(value) || schema.type !== 'object') {
    return value;
  }
  const { properties = {}, additionalProperties } = schema;
  const result: JsonObject = Object.fromEntries(
    Object.entries(value).map(([name, child]) => {
      const known = Object.prototype.hasOwnProperty.call(properties, name)
        ? properties[name]
        : additionalProperties;
      return [
        name,
        known && child !== undefined ? applyDefaults(child, known) : child,
      ];
    }),
  );
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined && !(name in result)) {
      result[name] = structuredClone(property.default);
    }
  }
  return result;
}
