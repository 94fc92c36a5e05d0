import { z } from 'zod/v4';
import { lowerCase } from '../../text/goText';
import { CheckDefinition, constant } from '../Check';
import { quoted } from '../quoted';
import { texts } from '../schemas';

export const fieldPresence: CheckDefinition = {
  type: 'field_presence',
  aliases: ['required_fields'],
  summary: 'Every name occurs in the reply as text, in any letter case.',
  reads: 'last reply',
  scoring: 'Share of the names that occur.',
  example: { fields: ['name', 'address'] },
  params: z.strictObject({
    fields: texts().describe('Names to look for.'),
  }),
  prepare(params) {
    const fields = params.strings('fields');
    if (fields.length === 0) {
      return constant({ score: 1, explanation: 'No fields are given' });
    }
    const lowered = fields.map(lowerCase);
    return ({ output }) => {
      const text = lowerCase(output);
      const missing = fields.filter((_, i) => !text.includes(lowered[i]));
      return {
        score: (fields.length - missing.length) / fields.length,
        explanation:
          missing.length === 0
            ? 'All fields occur in the reply'
            : `Missing in the reply: ${quoted(missing)}`,
      };
    };
  },
};
