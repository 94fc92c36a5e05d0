import { z } from 'zod/v4';
import { byteLength } from '../../text/goText';
import { CheckDefinition, constant } from '../Check';
import { requireOneOf } from '../schemas';

const NAMES = ['min', 'min_characters', 'min_chars'];

export const minLength: CheckDefinition = {
  type: 'min_length',
  summary: 'The reply has at least so many bytes of UTF-8.',
  reads: 'last reply',
  scoring: 'Length divided by the minimum, at most 1.',
  example: { min: 20 },
  params: requireOneOf(
    z.strictObject({
      min: z.number().positive().optional().describe('Bytes.'),
      min_characters: z
        .number()
        .positive()
        .optional()
        .describe('Same as `min`: bytes.'),
      min_chars: z
        .number()
        .positive()
        .optional()
        .describe('Same as `min`: bytes.'),
    }),
    ...NAMES,
  ),
  prepare(params) {
    const min = params.limit(...NAMES);
    if (min === undefined) {
      return constant({ score: 1, explanation: 'No minimum is given' });
    }
    return ({ output }) => {
      const length = byteLength(output);
      return {
        score: min < 0 ? 1 : Math.min(1, length / min),
        explanation: `The reply has ${length} bytes, the minimum is ${min}`,
      };
    };
  },
};
