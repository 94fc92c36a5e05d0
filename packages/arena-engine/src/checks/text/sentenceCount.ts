import { z } from 'zod/v4';
import { CheckDefinition } from '../Check';

export const sentenceCount: CheckDefinition = {
  type: 'sentence_count',
  aliases: ['max_sentences'],
  summary: 'The reply has at most so many sentences.',
  reads: 'last reply',
  scoring: 'Maximum divided by the number of sentences, at most 1.',
  quirks: ['sentencesNeverFail'],
  example: { max: 3 },
  params: z.strictObject({
    max: z.number().positive().describe('Most sentences.'),
  }),
  prepare(params, { quirks }) {
    const max = params.limit('max');
    return ({ output }) => {
      const sentences = output
        .split(/[.!?]+(?:\s|$)/)
        .filter(sentence => sentence.trim() !== '').length;
      return {
        score:
          quirks.sentencesNeverFail || max === undefined || sentences === 0
            ? 1
            : Math.min(1, max / sentences),
        explanation: `The reply has ${sentences} sentences`,
      };
    };
  },
};
