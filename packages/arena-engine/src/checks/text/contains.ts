import { z } from 'zod/v4';
import { lowerCase } from '../../text/goText';
import { CheckDefinition, constant } from '../Check';
import { quoted } from '../quoted';
import { texts } from '../schemas';

export const contains: CheckDefinition = {
  type: 'contains',
  aliases: ['content_includes'],
  summary: 'Every pattern occurs in the reply, in any letter case.',
  reads: 'last reply',
  scoring: 'Share of the patterns that occur.',
  example: { patterns: ['refund', '14 days'] },
  params: z.strictObject({
    patterns: texts().describe(
      'Texts to look for. They are no regular expressions.',
    ),
  }),
  prepare(params) {
    const wanted = params.strings('patterns');
    if (wanted.length === 0) {
      return constant({ score: 0, explanation: 'No patterns are given' });
    }
    const lowered = wanted.map(lowerCase);
    return ({ output }) => {
      const text = lowerCase(output);
      const missing = wanted.filter((_, i) => !text.includes(lowered[i]));
      return {
        score: (wanted.length - missing.length) / wanted.length,
        explanation:
          missing.length === 0
            ? `All ${wanted.length} patterns occur in the reply`
            : `Missing in the reply: ${quoted(missing)}`,
      };
    };
  },
};
