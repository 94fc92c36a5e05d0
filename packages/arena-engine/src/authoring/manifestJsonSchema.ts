import { z } from 'zod/v4';
import { MANIFEST_SCHEMAS, ManifestKind } from '../bundle/manifestSchemas';
import { assertionSchema, evalDefSchema } from '../bundle/schemas/common';
import { checkNames } from '../checks/registry';
import { WRAPPERS } from '../checks/wrappers';

/** Schemas whose `type` is the name of a check. */
const CHECKS = new Set<unknown>([assertionSchema, evalDefSchema]);

/**
 * The JSON Schema (draft 7) of a kind of file, for editors: closed where the format is, with descriptions, and with the names of
 * checks as proposals.
 *
 * @public
 */
export function manifestJsonSchema(
  kind: ManifestKind,
): Record<string, unknown> {
  const schema = z.toJSONSchema(MANIFEST_SCHEMAS[kind], {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (CHECKS.has(zodSchema) && jsonSchema.properties) {
        jsonSchema.properties.type = proposeChecks(jsonSchema.properties.type);
      }
    },
  });
  return { ...schema, title: `${kind} of an Arena bundle` };
}

/** Names are open: bundles may add checks of their own. */
function proposeChecks(
  schema: boolean | z.core.JSONSchema.BaseSchema,
): z.core.JSONSchema.BaseSchema {
  const { type: _, ...rest } = typeof schema === 'boolean' ? {} : schema;
  return {
    ...rest,
    anyOf: [
      { enum: [...checkNames(), ...WRAPPERS].sort() },
      { type: 'string' },
    ],
  };
}
