import { z } from 'zod/v4';
import { compilePattern } from '../../text/regex';
import { CheckDefinition, constant } from '../Check';
import { pattern } from '../schemas';
import { countResults } from './countResults';
import { occurrence, resultParams } from './resultParams';

export const toolResultMatches: CheckDefinition = {
  type: 'tool_result_matches',
  summary: 'The pattern occurs in enough results.',
  reads: 'tool results so far',
  scoring: '1 or 0.',
  quirks: ['callIdsRepeat'],
  example: { tool: 'search_orders', pattern: '"total":\\s*\\d+' },
  params: z.strictObject({
    ...resultParams,
    pattern: pattern().describe('Looked for in the text of each result.'),
    occurrence,
  }),
  prepare(params) {
    const source = params.string('pattern') ?? '';
    const compiled =
      source === '' ? 'No pattern is given' : compilePattern(source);
    if (typeof compiled === 'string') {
      return constant({ score: 0, explanation: compiled });
    }
    const wanted = params.limit('occurrence') ?? 1;
    return ({ toolCalls }) =>
      countResults(toolCalls, params.string('tool'), wanted, ({ result }) =>
        compiled.test(result),
      );
  },
};
