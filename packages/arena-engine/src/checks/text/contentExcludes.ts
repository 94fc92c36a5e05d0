import { z } from 'zod/v4';
import { CheckDefinition, verdict } from '../Check';
import { quoted } from '../quoted';
import { texts } from '../schemas';
import { bannedFinder } from './bannedFinder';

export const contentExcludes: CheckDefinition = {
  type: 'content_excludes',
  aliases: ['content_not_includes', 'banned_words'],
  summary:
    'No pattern occurs in any reply of the conversation, in any letter case.',
  reads: 'all replies',
  scoring: '1 or 0.',
  quirks: ['wrongParametersIgnored'],
  example: { patterns: ['guarantee', 'promise'], match_mode: 'word_boundary' },
  params: z.strictObject({
    patterns: texts().describe('Texts that must not occur.'),
    match_mode: z
      .enum(['substring', 'word_boundary'])
      .default('substring')
      .describe('Whether a pattern counts inside of words as well.'),
  }),
  prepare(params) {
    const banned = params.strings('patterns');
    const find = bannedFinder(banned, params.string('match_mode'));
    return ({ messages }) => {
      for (const message of messages) {
        if (message.role !== 'assistant') continue;
        const hit = find(message.content);
        if (hit !== undefined) {
          return verdict(false, `A reply contains ${quoted([hit])}`);
        }
      }
      return verdict(true, `No reply contains any of ${quoted(banned)}`);
    };
  },
};
