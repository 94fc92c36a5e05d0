import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';

export const latencyBudget: CheckDefinition = {
  type: 'latency_budget',
  summary: 'The last reply took at most so long.',
  reads: 'last reply',
  scoring: 'Budget divided by the time, at most 1; 0 without a reply.',
  example: { max_ms: 3000 },
  params: z.strictObject({
    max_ms: z.number().positive().describe('Milliseconds.'),
  }),
  prepare(params) {
    const max = params.limit('max_ms');
    if (max === undefined) {
      return constant({ score: 0, explanation: 'max_ms is not given' });
    }
    return ({ latencyMs }) => {
      if (latencyMs === undefined) return verdict(false, 'There is no reply');
      return {
        score: latencyMs <= 0 ? 1 : Math.min(1, max / latencyMs),
        explanation: `The last reply took ${Math.round(
          latencyMs,
        )} ms, the budget is ${max} ms`,
      };
    };
  },
};
