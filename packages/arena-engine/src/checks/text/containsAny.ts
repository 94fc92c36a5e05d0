import { z } from 'zod/v4';
import { lowerCase } from '../../text/goText';
import { CheckDefinition, verdict } from '../Check';
import { quoted } from '../quoted';
import { texts } from '../schemas';

export const containsAny: CheckDefinition = {
  type: 'contains_any',
  aliases: ['content_includes_any'],
  summary:
    'At least one pattern occurs in any reply of the conversation, in any letter case.',
  reads: 'all replies',
  scoring: '1 or 0.',
  example: { patterns: ['sorry', 'apologise'] },
  params: z.strictObject({
    patterns: texts().describe('Texts to look for. One is enough.'),
  }),
  prepare(params) {
    const wanted = params.strings('patterns');
    const lowered = wanted.map(lowerCase);
    return ({ messages }) => {
      for (const message of messages) {
        if (message.role !== 'assistant') continue;
        const text = lowerCase(message.content);
        const found = lowered.findIndex(pattern => text.includes(pattern));
        if (found >= 0) {
          return verdict(true, `A reply contains ${quoted([wanted[found]])}`);
        }
      }
      return verdict(false, `No reply contains any of ${quoted(wanted)}`);
    };
  },
};
