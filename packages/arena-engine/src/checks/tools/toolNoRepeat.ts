import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';

export const toolNoRepeat: CheckDefinition = {
  type: 'tool_no_repeat',
  summary: 'No tool was called too many times in a row.',
  reads: 'tool calls so far',
  scoring: '1 or 0.',
  example: { max_repeats: 2 },
  params: z.strictObject({
    tools: z.array(z.string()).optional().describe('Look at these tools only.'),
    max_repeats: z
      .int()
      .min(1)
      .default(1)
      .describe('Most calls of one tool in a row.'),
  }),
  prepare(params) {
    const scope = params.strings('tools');
    const max = params.limit('max_repeats') ?? 1;
    return ({ toolCalls }) => {
      let last = '';
      let streak = 0;
      for (const { name } of toolCalls) {
        streak = name === last ? streak + 1 : 1;
        last = name;
        if (streak > max && (scope.length === 0 || scope.includes(name))) {
          return verdict(false, `${name} was called ${streak} times in a row`);
        }
      }
      return verdict(
        true,
        `No tool was called more than ${max} times in a row`,
      );
    };
  },
};
