import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';
import { someCallHas } from './someCallHas';

export const toolArgsSession: CheckDefinition = {
  type: 'tool_args_session',
  summary:
    'Some call of the tool has all the arguments. Values are compared as text: 30 equals "30".',
  reads: 'tool calls so far',
  scoring: '1 or 0; 1 when `expected_args` is empty.',
  example: { tool_name: 'refund', expected_args: { order: 'A-1', amount: 30 } },
  params: z.strictObject({
    tool_name: z.string().describe('Name of the tool.'),
    expected_args: z
      .record(z.string(), z.unknown())
      .describe('Value by name of argument.'),
  }),
  prepare: someCallHas(1),
};
