import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';
import { requireOneOf } from '../schemas';
import { countCalls } from './countCalls';
import { minCalls, readToolNames, toolNameParams } from './toolNames';

export const toolsCalled: CheckDefinition = {
  type: 'tools_called',
  aliases: ['tool_called'],
  summary: 'Every tool was called with success.',
  reads: 'tool calls so far',
  scoring:
    'Share of the tools that were called often enough; 0 when one was called more than `max_calls` times.',
  quirks: ['wrongParametersIgnored', 'callIdsRepeat'],
  example: { tool_names: ['search_orders', 'refund'], min_calls: 1 },
  params: requireOneOf(
    z.strictObject({
      ...toolNameParams,
      min_calls: minCalls,
      max_calls: z
        .int()
        .min(0)
        .optional()
        .describe('Most calls of each tool; 0 means any number.'),
      ignore_validation: z
        .boolean()
        .default(false)
        .describe('Count calls whose arguments were refused as well.'),
      require_args: z
        .boolean()
        .default(false)
        .describe('Count only calls with arguments.'),
    }),
    'tool_names',
    'tools',
  ),
  prepare(params) {
    const wanted = readToolNames(params);
    if (wanted.length === 0) {
      return constant({ score: 0, explanation: 'No tool names are given' });
    }
    const ignoreValidation = params.boolean('ignore_validation') ?? false;
    const requireArgs = params.boolean('require_args') ?? false;
    const min = params.limit('min_calls') ?? 1;
    const max = params.limit('max_calls');
    return ({ toolCalls }) => {
      const counted = toolCalls.filter(
        call =>
          (call.error === undefined ||
            (ignoreValidation && call.errorType === 'validation')) &&
          (!requireArgs || Object.keys(call.arguments).length > 0),
      );
      return countCalls(counted, wanted, { min, max });
    };
  },
};
