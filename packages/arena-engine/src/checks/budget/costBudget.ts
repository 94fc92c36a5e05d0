import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { requireOneOf } from '../schemas';

export const costBudget: CheckDefinition = {
  type: 'cost_budget',
  summary: 'The conversation has used no more than each limit allows.',
  reads: 'use so far',
  scoring: '1 or 0.',
  quirks: ['budgetSeesNoSpend'],
  example: { max_cost_usd: 0.05, max_total_tokens: 4000 },
  params: requireOneOf(
    z.strictObject({
      max_cost_usd: z.number().optional().describe('US dollars.'),
      max_input_tokens: z.number().optional().describe('Tokens sent.'),
      max_output_tokens: z.number().optional().describe('Tokens received.'),
      max_total_tokens: z.number().optional().describe('Tokens, both ways.'),
    }),
    'max_cost_usd',
    'max_input_tokens',
    'max_output_tokens',
    'max_total_tokens',
  ),
  prepare(params, { quirks }) {
    return ({ totals }) => {
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
