import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';

export const toolCallCount: CheckDefinition = {
  type: 'tool_call_count',
  summary: 'The number of calls is within bounds.',
  reads: 'tool calls so far',
  scoring: '1 or 0.',
  example: { tool: 'search_orders', min: 1, max: 3 },
  params: z.strictObject({
    tool: z
      .string()
      .optional()
      .describe('Name of the tool. Without it, all calls count.'),
    min: z.int().min(0).default(0).describe('Fewest calls.'),
    max: z.int().min(0).optional().describe('Most calls.'),
  }),
  prepare(params) {
    const tool = params.string('tool') ?? '';
    const min = params.number('min') ?? 0;
    const max = params.number('max') ?? Infinity;
    return ({ toolCalls }) => {
      const count = toolCalls.filter(
        ({ name }) => tool === '' || name === tool,
      ).length;
      return verdict(
        count >= min && count <= max,
        `There were ${count} calls, allowed are ${min} to ${
          max === Infinity ? 'any number' : max
        }`,
      );
    };
  },
};
