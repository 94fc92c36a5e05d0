import { OutputUnit, Schema, Validator } from '@cfworker/json-schema';
import { runWithin } from '../util/runWithin';

const TYPES = new Set([
  'array',
  'boolean',
  'integer',
  'null',
  'number',
  'object',
  'string',
]);
const SUBSCHEMA_MAPS = [
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
];
const SUBSCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf'];
const SUBSCHEMAS = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
];

/** Keywords by which a small schema can take for ever: patterns that backtrack, schemas that multiply, comparisons of all with all. */
const COSTLY = /"(?:pattern|patternProperties|\$ref|uniqueItems)":/;
const MAX_MS = 2_000;

/** A compiled JSON schema: returns what is wrong with a value, in words. */
export type ValidateJson = (value: unknown) => string[];

/**
 * Compiles a schema of drafts 4 to 7.
 *
 * @returns The validator, or the reason why the schema is none.
 */
export function compileJsonSchema(schema: unknown): ValidateJson | string {
  const fault = schemaFault(schema, '');
  if (fault) return fault;
  let validator: Validator;
  try {
    validator = new Validator(toSchema(schema), '7', false);
  } catch (error) {
    return `invalid schema: ${error instanceof Error ? error.message : error}`;
  }
  const isCostly = COSTLY.test(JSON.stringify(schema));
  return value => {
    const validate = () => validator.validate(value);
    try {
      const result = isCostly ? runWithin(MAX_MS, validate) : validate();
      return result.valid ? [] : inWords(result.errors);
    } catch (error) {
      // References that lead nowhere or in a circle, patterns that are none: what only shows when it is used.
      return [
        `the schema cannot be used: ${
          error instanceof Error ? error.message : error
        }`,
      ];
    }
  };
}

function inWords(errors: readonly OutputUnit[]): string[] {
  // The outermost errors only say that something within is wrong.
  const inner = errors.filter(
    ({ keyword }) =>
      !['properties', 'items', 'if', 'then', 'else'].includes(keyword),
  );
  return (inner.length > 0 ? inner : errors).map(
    ({ instanceLocation, error }) => `${instanceLocation}: ${error}`,
  );
}

function toSchema(schema: unknown): Schema | boolean {
  if (typeof schema === 'boolean') return schema;
  return structuredClone(Object(schema));
}

/** The library ignores keywords of the wrong shape, which would accept everything. */
function schemaFault(schema: unknown, at: string): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) {
    return `invalid schema${at}: expected a map or a boolean`;
  }
  const map = new Map<string, unknown>(Object.entries(schema));
  for (const type of [map.get('type') ?? []].flat()) {
    if (typeof type !== 'string' || !TYPES.has(type)) {
      return `invalid schema${at}.type: ${JSON.stringify(type)} is no type`;
    }
  }
  for (const key of SUBSCHEMA_MAPS) {
    for (const [name, sub] of Object.entries(map.get(key) ?? {})) {
      const fault = schemaFault(sub, `${at}.${key}.${name}`);
      if (fault) return fault;
    }
  }
  for (const key of SUBSCHEMA_LISTS) {
    const subs = map.get(key);
    for (const [i, sub] of (Array.isArray(subs) ? subs : []).entries()) {
      const fault = schemaFault(sub, `${at}.${key}[${i}]`);
      if (fault) return fault;
    }
  }
  for (const key of SUBSCHEMAS) {
    for (const sub of [map.get(key) ?? []].flat()) {
      const fault = schemaFault(sub, `${at}.${key}`);
      if (fault) return fault;
    }
  }
  return undefined;
}
