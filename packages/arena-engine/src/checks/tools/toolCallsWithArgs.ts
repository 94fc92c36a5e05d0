import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { readConstraints } from './callConstraints';
import { constraintParams } from './constraintParams';

export const toolCallsWithArgs: CheckDefinition = {
  type: 'tool_calls_with_args',
  summary:
    'Every call of the tool meets all constraints; a tool that is named was called at least once.',
  reads: 'tool calls so far',
  scoring: '1 or 0.',
  example: {
    tool_name: 'refund',
    args_match: { order: '^A-\\d+$' },
    no_error: true,
  },
  params: z.strictObject({
    tool_name: z
      .string()
      .optional()
      .describe('Name of the tool. Without it, all calls are looked at.'),
    expected_args: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Value by name of argument; null asks only that it is there.'),
    ...constraintParams,
  }),
  prepare(params) {
    const name = params.string('tool_name') ?? '';
    const fault = readConstraints(params);
    return ({ toolCalls }) => {
      const calls =
        name === '' ? toolCalls : toolCalls.filter(call => call.name === name);
      if (name !== '' && calls.length === 0) {
        return verdict(false, `${name} was never called`);
      }
      for (const call of calls) {
        const found = fault(call);
        if (found) return verdict(false, `${call.name}: ${found}`);
      }
      return verdict(true, `All ${calls.length} calls fit`);
    };
  },
};
