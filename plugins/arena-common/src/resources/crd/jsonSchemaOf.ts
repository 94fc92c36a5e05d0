import { JsonObject } from '@backstage/types';
import { apiVersionOf, ArenaKind } from '../meta';
import { structuralSchemaOf } from './crdOf';
import { KIND_DEFINITIONS } from './definitions';
import { StructuralSchema } from './StructuralSchema';

/** Keywords of structural schemas that are JSON Schema as well. */
const SHARED = [
  'type',
  'description',
  'format',
  'default',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
] as const;

/**
 * JSON Schema (draft 7) of the objects of a kind as a caller writes them, for editors and forms. Fields that the kind does not have are
 * errors; cross-field rules are not in it (admission has them).
 *
 * @public
 */
export function jsonSchemaOf(kind: ArenaKind): JsonObject {
  const { maxNameLength = 253, description, status } = KIND_DEFINITIONS[kind];
  const spec = structuralSchemaOf(kind).properties!.spec;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: kind,
    description,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { type: 'string', const: apiVersionOf(kind) },
      kind: { type: 'string', const: kind },
      metadata: {
        type: 'object',
        description: 'Name, namespace, labels and annotations.',
        properties: {
          name: {
            type: 'string',
            description: 'Name of the object within its namespace.',
            minLength: 1,
            maxLength: maxNameLength,
          },
          generateName: {
            type: 'string',
            description: 'Beginning of a name that the server completes.',
          },
          namespace: { type: 'string', maxLength: 63 },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          annotations: {
            type: 'object',
            additionalProperties: { type: 'string' },
          },
        },
      },
      spec: toJsonSchema(spec),
      ...(status && {
        status: { type: 'object', description: 'Written by the server.' },
      }),
    },
    additionalProperties: false,
  };
}

/**
 * JSON Schema of the spec of a kind alone, for forms.
 *
 * @public
 */
export function specJsonSchemaOf(kind: ArenaKind): JsonObject {
  return toJsonSchema(structuralSchemaOf(kind).properties!.spec);
}

function toJsonSchema(schema: StructuralSchema): JsonObject {
  const result: JsonObject = {};
  for (const key of SHARED) {
    const value = schema[key];
    if (value !== undefined) {
      result[key] = Array.isArray(value) ? [...value] : value;
    }
  }
  if (schema['x-kubernetes-list-type'] === 'set') {
    result.uniqueItems = true;
  }
  if (schema.properties) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        toJsonSchema(property),
      ]),
    );
    result.additionalProperties =
      schema['x-kubernetes-preserve-unknown-fields'] === true;
  }
  if (schema.additionalProperties) {
    result.additionalProperties = toJsonSchema(schema.additionalProperties);
  }
  if (schema.items) {
    result.items = toJsonSchema(schema.items);
  }
  return result;
}
