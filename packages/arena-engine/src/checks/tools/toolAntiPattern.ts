import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { matchedSteps } from '../matchedSteps';
import { texts } from '../schemas';

export const toolAntiPattern: CheckDefinition = {
  type: 'tool_anti_pattern',
  summary:
    'The tools were not called in any of these orders, with or without other calls in between.',
  reads: 'tool calls so far',
  scoring: '1 or 0.',
  example: {
    patterns: [
      {
        sequence: ['refund', 'search_orders'],
        message: 'Refunded before it looked',
      },
    ],
  },
  params: z.strictObject({
    patterns: z
      .array(
        z.strictObject({
          sequence: texts().describe('Names of tools, in order.'),
          message: z
            .string()
            .optional()
            .describe('What to say when it occurs.'),
        }),
      )
      .describe('Orders that must not occur.'),
  }),
  prepare(params) {
    const patterns = params.maps('patterns').map(pattern => ({
      steps: pattern.strings('sequence'),
      message: pattern.string('message'),
    }));
    return ({ toolCalls }) => {
      const called = toolCalls.map(({ name }) => name);
      const hit = patterns.find(
        ({ steps }) =>
          steps.length > 0 && matchedSteps(called, steps) === steps.length,
      );
      return verdict(
        !hit,
        hit
          ? hit.message ?? `The calls follow ${hit.steps.join(' → ')}`
          : 'No anti-pattern occurs',
      );
    };
  },
};
