import { z } from 'zod/v4';
import { ToolCallRecord } from '../../conversation/messages';
import { CheckDefinition, constant, verdict } from '../Check';
import { texts } from '../schemas';
import { hasArgument } from './callConstraints';

export const invariantFieldsPreserved: CheckDefinition = {
  type: 'invariant_fields_preserved',
  summary: 'The arguments have the same value in all calls of the tool.',
  reads: 'tool calls so far',
  scoring: 'Share of the arguments that are kept; 1 with less than two calls.',
  quirks: ['onlyLostFieldsCount'],
  example: { tool: 'update_booking', fields: ['passenger', 'date'] },
  params: z.strictObject({
    tool: z.string().describe('Name of the tool.'),
    fields: texts().describe('Names of arguments.'),
  }),
  prepare(params, { quirks }) {
    const tool = params.string('tool') ?? '';
    const fields = params.strings('fields');
    if (tool === '' || fields.length === 0) {
      return constant({
        score: 0,
        explanation: 'tool and fields are required',
      });
    }
    return ({ toolCalls }) => {
      const calls = toolCalls.filter(({ name }) => name === tool);
      if (calls.length < 2) {
        return verdict(true, `${tool} was called less than twice`);
      }
      const broken = fields.filter(
        field => !isKept(calls, field, quirks.onlyLostFieldsCount),
      );
      return {
        score: (fields.length - broken.length) / fields.length,
        explanation:
          broken.length === 0
            ? 'All fields are kept'
            : `Not kept: ${broken.join(', ')}`,
      };
    };
  },
};

function isKept(
  calls: readonly ToolCallRecord[],
  field: string,
  mayChange: boolean,
): boolean {
  let first: string | undefined;
  for (const call of calls) {
    if (!hasArgument(call, field)) {
      if (first !== undefined) return false;
      continue;
    }
    const value = JSON.stringify(call.arguments[field]);
    if (first !== undefined && !mayChange && first !== value) return false;
    first ??= value;
  }
  return true;
}
