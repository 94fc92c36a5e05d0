import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { readConstraints } from './callConstraints';
import { constraintParams } from './constraintParams';

export const toolCallChain: CheckDefinition = {
  type: 'tool_call_chain',
  summary:
    'The tools were called in this order, and the first call of each step meets its constraints.',
  reads: 'tool calls so far',
  scoring: 'Share of the steps that were taken; 1 without steps.',
  quirks: ['callIdsRepeat'],
  example: {
    steps: [
      { tool: 'search_orders', result_includes: ['A-1'] },
      { tool: 'refund', no_error: true },
    ],
  },
  params: z.strictObject({
    steps: z
      .array(
        z.strictObject({
          tool: z.string().describe('Name of the tool.'),
          ...constraintParams,
        }),
      )
      .describe('The steps, in order.'),
  }),
  prepare(params) {
    const steps = params.maps('steps').map(step => ({
      tool: step.string('tool') ?? '',
      fault: readConstraints(step),
    }));
    if (steps.length === 0) {
      return constant({ score: 1, explanation: 'The chain has no steps' });
    }
    return ({ toolCalls }) => {
      let done = 0;
      for (const call of toolCalls) {
        const step = steps[done];
        if (!step || call.name !== step.tool) continue;
        const fault = step.fault(call);
        if (fault) {
          return {
            score: done / steps.length,
            explanation: `Step ${done + 1}, ${call.name}: ${fault}`,
          };
        }
        done++;
      }
      return {
        score: done / steps.length,
        explanation:
          done === steps.length
            ? `All ${done} steps were taken`
            : `Step ${done + 1}, ${steps[done].tool}, was not taken`,
      };
    };
  },
};
