import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';

export const noToolErrors: CheckDefinition = {
  type: 'no_tool_errors',
  summary: 'No tool call failed.',
  reads: 'tool calls so far',
  scoring: 'Share of the calls with success; 1 without calls.',
  quirks: ['callIdsRepeat'],
  example: { tools: ['search_orders'] },
  params: z.strictObject({
    tools: z.array(z.string()).optional().describe('Look at these tools only.'),
  }),
  prepare(params) {
    const scope = params.strings('tools');
    return ({ toolCalls }) => {
      const calls = toolCalls.filter(
        ({ name }) => scope.length === 0 || scope.includes(name),
      );
      const errors = calls.filter(({ error }) => error !== undefined);
      return {
        score: calls.length === 0 ? 1 : 1 - errors.length / calls.length,
        explanation:
          errors.length === 0
            ? `None of ${calls.length} calls failed`
            : `${errors.length} of ${calls.length} calls failed: ${errors[0].name}: ${errors[0].error}`,
      };
    };
  },
};
