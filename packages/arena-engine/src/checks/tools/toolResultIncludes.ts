import { z } from 'zod/v4';
import { lowerCase } from '../../text/goText';
import { CheckDefinition, constant } from '../Check';
import { texts } from '../schemas';
import { countResults } from './countResults';
import { occurrence, resultParams } from './resultParams';

export const toolResultIncludes: CheckDefinition = {
  type: 'tool_result_includes',
  summary: 'Enough results contain all patterns, in any letter case.',
  reads: 'tool results so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { tool: 'search_orders', patterns: ['A-1'] },
  params: z.strictObject({
    ...resultParams,
    patterns: texts().describe('Texts that all occur in one result.'),
    occurrence,
  }),
  prepare(params) {
    const patterns = params.strings('patterns').map(lowerCase);
    if (patterns.length === 0) {
      return constant({ score: 0, explanation: 'No patterns are given' });
    }
    const wanted = params.limit('occurrence') ?? 1;
    return ({ toolCalls }) =>
      countResults(toolCalls, params.string('tool'), wanted, ({ result }) => {
        const text = lowerCase(result);
        return patterns.every(pattern => text.includes(pattern));
      });
  },
};
