import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { hasArgument, sameArgument } from './callConstraints';

export const toolArgsExcludedSession: CheckDefinition = {
  type: 'tool_args_excluded_session',
  aliases: ['tools_not_called_with_args'],
  summary: 'No call of the tool has a forbidden argument.',
  reads: 'tool calls so far',
  scoring: '1 or 0; 1 when nothing is forbidden.',
  example: {
    tool_name: 'refund',
    forbidden_args: { reason: ['other', 'unknown'] },
  },
  params: z.strictObject({
    tool_name: z.string().describe('Name of the tool.'),
    excluded_args: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Forbidden value by name of argument.'),
    forbidden_args: z
      .record(z.string(), z.array(z.unknown()))
      .optional()
      .describe('Forbidden values by name of argument.'),
  }),
  prepare(params) {
    const name = params.string('tool_name') ?? '';
    if (name === '') {
      return constant({ score: 0, explanation: 'tool_name is not given' });
    }
    const forbidden = [
      ...Object.entries(params.map('excluded_args') ?? {}).map(
        ([key, value]): [string, unknown[]] => [key, [value]],
      ),
      ...Object.entries(params.map('forbidden_args') ?? {}).map(
        ([key, values]): [string, unknown[]] => [key, [values].flat()],
      ),
    ];
    return ({ toolCalls }) => {
      for (const call of toolCalls) {
        if (call.name !== name) continue;
        const hit = forbidden.find(
          ([key, values]) =>
            hasArgument(call, key) &&
            values.some(value => sameArgument(call.arguments[key], value)),
        );
        if (hit) {
          return verdict(
            false,
            `${name} was called with a forbidden value of ${hit[0]}`,
          );
        }
      }
      return verdict(true, `No call of ${name} has a forbidden argument`);
    };
  },
};
