import { SchemaCompiler } from './SchemaCompiler';
import { isMap, SchemaFault } from './SchemaReader';
import { Draft } from './valueRules';

/** Most parts of a schema that are held against the parts of one value. */
const MAX_STEPS = 1_000_000;

const DRAFTS = new Map<string, Draft>([
  ['http://json-schema.org/draft-04/schema', 4],
  ['http://json-schema.org/draft-06/schema', 6],
  ['http://json-schema.org/draft-07/schema', 7],
]);

/** A compiled JSON schema: returns what is wrong with a value, in words. */
export type ValidateJson = (value: unknown) => string[];

/**
 * Compiles a schema of drafts 4 to 7. Formats are held to, patterns are of the RE2 dialect, references stay within the
 * schema, and keywords of later drafts say nothing. Validating takes time and stack that no schema can exceed.
 *
 * @returns The validator, or the reason why the schema is none.
 */
export function compileJsonSchema(schema: unknown): ValidateJson | string {
  try {
    const rule = new SchemaCompiler(schema, draftOf(schema)).compile();
    return value => {
      try {
        return rule(value, '#', { left: MAX_STEPS });
      } catch (error) {
        // The stack only ends where parts refer to each other and none looks further into the value.
        const reason = isStackOverflow(error)
          ? 'the schema refers to itself without end'
          : describe(error);
        return [`it cannot be validated: ${reason}`];
      }
    };
  } catch (error) {
    if (error instanceof SchemaFault) return error.message;
    return `invalid schema: ${describe(error)}`;
  }
}

function draftOf(schema: unknown): Draft {
  const name: unknown = isMap(schema) ? Reflect.get(schema, '$schema') : '';
  if (name !== undefined && typeof name !== 'string') {
    throw new SchemaFault('invalid schema.$schema: expected a text');
  }
  return DRAFTS.get((name ?? '').replace(/#$/, '')) ?? 'any';
}

function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && /call stack/.test(error.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
