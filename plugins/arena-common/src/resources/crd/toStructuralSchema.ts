import { JsonObject, JsonValue } from '@backstage/types';
import { z } from 'zod/v4';
import { HINT_KEY } from '../fields/rules';
import { StructuralSchema } from './StructuralSchema';

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

/** Keywords that are taken over as they are. */
const KEPT = [
  'description',
  'format',
  'default',
  'enum',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-preserve-unknown-fields',
  HINT_KEY,
] as const;

/** Keywords that are rewritten or have no place in a structural schema. */
const HANDLED = new Set<string>([
  ...KEPT,
  '$schema',
  'type',
  'pattern',
  'required',
  'properties',
  'propertyNames',
  'additionalProperties',
  'items',
]);

/**
 * Makes the structural schema of a zod schema.
 *
 * @throws Error when the zod schema says something that a CRD cannot: that is a fault in the schemas of this package.
 * @internal
 */
export function toStructuralSchema(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'throw',
  });
  return convert(json as JsonObject, '');
}

function convert(json: JsonObject, path: string): StructuralSchema {
  const unknown = Object.keys(json).filter(key => !HANDLED.has(key));
  if (unknown.length > 0) {
    throw new Error(
      `A CRD cannot express ${unknown.join(', ')} at '${path || '(root)'}'`,
    );
  }
  if (typeof json.type !== 'string' || !TYPES.includes(json.type)) {
    throw new Error(`A CRD needs one type at '${path || '(root)'}'`);
  }
  if (!json.description) {
    throw new Error(`The field '${path || '(root)'}' has no description`);
  }
  const result: Record<string, unknown> = { type: json.type };
  for (const key of KEPT) {
    if (json[key] !== undefined) {
      result[key] = json[key];
    }
  }
  if (typeof json.pattern === 'string') {
    // JavaScript escapes slashes; the regular expressions of Go need not.
    result.pattern = json.pattern.replace(/\\\//g, '/');
  }
  if (Array.isArray(json.required) && json.required.length > 0) {
    result.required = json.required;
  }
  if (isObject(json.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(json.properties).map(([name, property]) => [
        name,
        convert(property as JsonObject, path ? `${path}.${name}` : name),
      ]),
    );
  }
  if (
    isObject(json.additionalProperties) &&
    Object.keys(json.additionalProperties).length > 0
  ) {
    result.additionalProperties = convert(
      json.additionalProperties,
      `${path}[*]`,
    );
  }
  if (isObject(json.items)) {
    result.items = convert(json.items, `${path}[]`);
  }
  return result as unknown as StructuralSchema;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
