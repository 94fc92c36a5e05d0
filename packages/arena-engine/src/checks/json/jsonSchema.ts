import { z } from 'zod/v4';
import { compileJsonSchema, ValidateJson } from '../../text/jsonSchema';
import { CheckDefinition, constant, verdict } from '../Check';
import { CONTENT } from '../paramProblems';
import { parseReply } from './parseReply';
import { wrapping } from './wrapping';

const schema = z
  .union([z.record(z.string(), z.unknown()), z.boolean()])
  .superRefine((value, context) => {
    const compiled = compileJsonSchema(value);
    if (typeof compiled === 'string') {
      context.addIssue({
        code: 'custom',
        message: compiled,
        params: CONTENT,
      });
    }
  });

export const jsonSchema: CheckDefinition = {
  type: 'json_schema',
  summary: 'The reply is JSON that fits a JSON Schema of drafts 4 to 7.',
  reads: 'last reply',
  scoring: '1 or 0.',
  quirks: ['unjudgedPasses'],
  example: {
    schema: {
      type: 'object',
      required: ['total'],
      properties: { total: { type: 'number' } },
    },
  },
  params: z.strictObject({
    schema: schema.describe('The JSON Schema.'),
    ...wrapping,
  }),
  prepare(params) {
    if (!params.has('schema')) {
      return constant({ score: 0, explanation: 'No schema is given' });
    }
    const validate = compileJsonSchema(params.raw('schema'));
    return input => {
      const parsed = parseReply(input.output, params);
      if ('error' in parsed) return verdict(false, parsed.error);
      if (typeof validate === 'string') return { explanation: validate };
      const faults = faultsOf(validate, parsed.value);
      return verdict(
        faults.length === 0,
        faults.length === 0
          ? 'The reply fits the schema'
          : `The reply does not fit the schema: ${faults
              .slice(0, 3)
              .join('; ')}`,
      );
    };
  },
};

/** A value that is nested too deeply for the validator does not fit either. */
function faultsOf(validate: ValidateJson, value: unknown): string[] {
  try {
    return validate(value);
  } catch (error) {
    return [`It cannot be validated: ${error}`];
  }
}
