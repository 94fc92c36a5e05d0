import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { requireOneOf } from '../schemas';

const NAMES = ['max_calls', 'max_errors', 'max_error_rate'];

export const toolEfficiency: CheckDefinition = {
  type: 'tool_efficiency',
  summary: 'Few tool calls, and few that fail. A grade: give it a `min_score`.',
  reads: 'tool calls so far',
  scoring:
    '0 when a limit is exceeded. Otherwise 1 − calls / `max_calls`, and 1 without `max_calls`.',
  example: { max_calls: 4, min_score: 0.25 },
  params: requireOneOf(
    z.strictObject({
      max_calls: z.int().min(1).optional().describe('Most calls.'),
      max_errors: z.int().min(0).optional().describe('Most failed calls.'),
      max_error_rate: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe('Largest share of failed calls.'),
    }),
    ...NAMES,
  ),
  prepare(params) {
    const [maxCalls, maxErrors, maxRate] = NAMES.map(name =>
      params.number(name),
    );
    if ([maxCalls, maxErrors, maxRate].every(value => value === undefined)) {
      return constant({ score: 0, explanation: 'No limit is given' });
    }
    return ({ toolCalls }) => {
      const count = toolCalls.length;
      const errors = toolCalls.filter(
        ({ error }) => error !== undefined,
      ).length;
      const rate = count === 0 ? 0 : errors / count;
      const explanation = `There were ${count} calls, ${errors} failed`;
      if (
        count > (maxCalls ?? Infinity) ||
        errors > (maxErrors ?? Infinity) ||
        rate > (maxRate ?? Infinity)
      ) {
        return verdict(false, explanation);
      }
      return {
        score:
          maxCalls === undefined || maxCalls === 0 ? 1 : 1 - count / maxCalls,
        explanation,
      };
    };
  },
};
