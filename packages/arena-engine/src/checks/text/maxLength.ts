import { z } from 'zod/v4';
import { byteLength } from '../../text/goText';
import { CheckDefinition, constant } from '../Check';
import { requireOneOf } from '../schemas';

const NAMES = ['max', 'max_characters', 'max_chars'];

export const maxLength: CheckDefinition = {
  type: 'max_length',
  aliases: ['length'],
  summary: 'The reply has at most so many bytes of UTF-8, or tokens.',
  reads: 'last reply',
  scoring:
    'Maximum divided by the length, at most 1; the lower one when both limits are given. A token counts as 4 bytes.',
  example: { max: 600 },
  params: requireOneOf(
    z.strictObject({
      max: z.number().positive().optional().describe('Bytes.'),
      max_characters: z
        .number()
        .positive()
        .optional()
        .describe('Same as `max`: bytes.'),
      max_chars: z
        .number()
        .positive()
        .optional()
        .describe('Same as `max`: bytes.'),
      max_tokens: z
        .number()
        .positive()
        .optional()
        .describe('Tokens, estimated as a quarter of the bytes.'),
    }),
    ...NAMES,
    'max_tokens',
  ),
  prepare(params) {
    const max = params.limit(...NAMES);
    const maxTokens = params.limit('max_tokens');
    if (max === undefined && maxTokens === undefined) {
      return constant({ score: 0, explanation: 'No maximum is given' });
    }
    return ({ output }) => {
      const length = byteLength(output);
      const tokens = Math.floor(length / 4);
      const score = Math.min(
        1,
        max === undefined || length === 0 ? 1 : max / length,
        maxTokens === undefined || tokens === 0 ? 1 : maxTokens / tokens,
      );
      return {
        score: Math.max(0, score),
        explanation:
          max === undefined
            ? `The reply has about ${tokens} tokens, the maximum is ${maxTokens}`
            : `The reply has ${length} bytes, the maximum is ${max}`,
      };
    };
  },
};
