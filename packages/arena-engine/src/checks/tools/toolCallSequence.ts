import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { matchedSteps } from '../matchedSteps';

export const toolCallSequence: CheckDefinition = {
  type: 'tool_call_sequence',
  summary:
    'The tools were called in this order; other calls may stand in between.',
  reads: 'tool calls so far',
  scoring: 'Share of the sequence that was followed; 1 when it is empty.',
  example: { sequence: ['search_orders', 'refund'] },
  params: z.strictObject({
    sequence: z.array(z.string()).describe('Names of tools, in order.'),
  }),
  prepare(params) {
    const wanted = params.strings('sequence');
    if (wanted.length === 0) {
      return constant({ score: 1, explanation: 'The sequence is empty' });
    }
    return ({ toolCalls }) => {
      const steps = matchedSteps(
        toolCalls.map(({ name }) => name),
        wanted,
      );
      return {
        score: steps / wanted.length,
        explanation:
          steps === wanted.length
            ? `The calls follow ${wanted.join(' → ')}`
            : `The calls follow the sequence up to step ${steps}; next would be ${wanted[steps]}`,
      };
    };
  },
};
