import { z } from 'zod/v4';
import { compileJmesPath, Query } from '../../text/jmesPath';
import { CheckDefinition, constant, verdict } from '../Check';
import { CONTENT } from '../paramProblems';
import { requireOneOf } from '../schemas';
import { judgeFound } from './judgeFound';
import { parseReply } from './parseReply';
import { wrapping } from './wrapping';

const expression = z.string().superRefine((source, context) => {
  const query = compileQuery(source);
  if (typeof query === 'string') {
    context.addIssue({ code: 'custom', message: query, params: CONTENT });
  }
});

export const jsonPath: CheckDefinition = {
  type: 'json_path',
  summary:
    'What a JMESPath expression finds in the JSON of the reply meets every constraint that is given.',
  reads: 'last reply',
  scoring: '1 or 0.',
  example: { expression: 'items[].sku', contains: ['A-1'], min_results: 2 },
  params: requireOneOf(
    z.strictObject({
      expression: expression.optional().describe('JMESPath expression.'),
      jmespath_expression: expression
        .optional()
        .describe('Same as `expression`.'),
      expected: z
        .unknown()
        .optional()
        .describe('The result equals this value.'),
      contains: z
        .array(z.unknown())
        .optional()
        .describe('The result is a list with all of these.'),
      min: z
        .number()
        .optional()
        .describe('The result is a number, at least this.'),
      max: z
        .number()
        .optional()
        .describe('The result is a number, at most this.'),
      min_results: z
        .int()
        .optional()
        .describe(
          'The result is a list with at least so many elements; 0 means any.',
        ),
      max_results: z
        .int()
        .optional()
        .describe(
          'The result is a list with at most so many elements; 0 means any.',
        ),
      ...wrapping,
    }),
    'expression',
    'jmespath_expression',
  ),
  prepare(params) {
    const source =
      params.string('expression') ?? params.string('jmespath_expression') ?? '';
    if (source === '') {
      return constant({ score: 0, explanation: 'No expression is given' });
    }
    const query = compileQuery(source);
    if (typeof query === 'string') {
      return constant({ score: 0, explanation: query });
    }
    return input => {
      const parsed = parseReply(input.output, params);
      if ('error' in parsed) return verdict(false, parsed.error);
      try {
        return judgeFound(query(parsed.value), params);
      } catch (error) {
        return verdict(false, `Invalid expression: ${error}`);
      }
    };
  },
};

function compileQuery(source: string): Query | string {
  const query = compileJmesPath(source);
  return typeof query === 'string' ? `Invalid expression: ${query}` : query;
}
