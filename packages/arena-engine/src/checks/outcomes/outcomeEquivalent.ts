import { z } from 'zod/v4';
import { CheckDefinition, constant, verdict } from '../Check';
import { expectState, expectTools, nothingExpected } from './expectations';

export const outcomeEquivalent: CheckDefinition = {
  type: 'outcome_equivalent',
  summary: 'What came of the conversation equals what is expected.',
  reads: 'whole conversation',
  scoring: '1 or 0; 1 when the expectation of the metric is not given.',
  quirks: ['finalStateUnknown'],
  example: { metric: 'tool_calls', expected_tools: ['search_orders'] },
  params: z.strictObject({
    metric: z
      .enum(['tool_calls', 'final_state', 'content_hash'])
      .default('tool_calls')
      .describe('What is compared.'),
    expected_tools: z
      .array(z.string())
      .optional()
      .describe('For `tool_calls`: the set of tools that are called.'),
    expected_state: z
      .string()
      .optional()
      .describe('For `final_state`: the state of the workflow.'),
    expected_content: z
      .string()
      .optional()
      .describe('For `content_hash`: the exact text of the last reply.'),
  }),
  prepare(params, { quirks }) {
    const metric = params.string('metric') ?? 'tool_calls';
    switch (metric) {
      case 'tool_calls':
        return expectTools(params.strings('expected_tools'));
      case 'final_state':
        return expectState(params.string('expected_state') ?? '', quirks);
      case 'content_hash': {
        const expected = params.string('expected_content') ?? '';
        if (expected === '') return nothingExpected;
        return ({ output }) =>
          verdict(
            output === expected,
            output === expected
              ? 'The reply equals the expected text'
              : 'The reply differs from the expected text',
          );
      }
      default:
        return constant({ score: 0, explanation: `Unknown metric ${metric}` });
    }
  },
};
