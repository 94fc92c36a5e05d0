import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from './Check';

export const latencyBudget: CheckDefinition = {
  type: 'latency_budget',
  params: z.strictObject({ max_ms: z.number().positive() }),
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

const limit = z.number().optional();

export const costBudget: CheckDefinition = {
  type: 'cost_budget',
  params: z
    .strictObject({
      max_cost_usd: limit,
      max_input_tokens: limit,
      max_output_tokens: limit,
      max_total_tokens: limit,
    })
    .refine(value => Object.values(value).some(entry => entry !== undefined), {
      error: 'One of max_cost_usd and the token limits is required',
    }),
  prepare(params, { quirks }) {
    return ({ totals }) => {
      // The original never hands over what was spent.
      const { inputTokens, outputTokens, cost } = quirks.budgetSeesNoSpend
        ? { inputTokens: 0, outputTokens: 0, cost: 0 }
        : totals;
      const used: Array<[string, number]> = [
        ['max_cost_usd', cost],
        ['max_input_tokens', inputTokens],
        ['max_output_tokens', outputTokens],
        ['max_total_tokens', inputTokens + outputTokens],
      ];
      const limits = used.flatMap(([name, value]) => {
        const max = params.number(name);
        return max === undefined ? [] : [{ name, value, max }];
      });
      if (limits.length === 0) return verdict(false, 'No limit is given');
      const over = limits.filter(({ value, max }) => value > max);
      return verdict(
        over.length === 0,
        over.length === 0
          ? 'The conversation stays within its budget'
          : over
              .map(
                ({ name, value, max }) =>
                  `${name} ${max} is exceeded: ${value}`,
              )
              .join(', '),
      );
    };
  },
};
