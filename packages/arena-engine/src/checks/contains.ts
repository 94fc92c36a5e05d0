import { z } from 'zod/v4';
import { lowerCase } from '../text/goText';
import { compilePattern, Pattern } from '../text/regex';
import { CheckDefinition, constant, verdict } from './Check';

const patterns = z.array(z.string()).min(1);

/** All patterns occur in the last reply; the score is the share that does. */
export const contains: CheckDefinition = {
  type: 'contains',
  aliases: ['content_includes'],
  params: z.strictObject({ patterns }),
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

/** Any pattern occurs in any reply of the conversation. */
export const containsAny: CheckDefinition = {
  type: 'contains_any',
  aliases: ['content_includes_any'],
  params: z.strictObject({ patterns }),
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

/** No pattern occurs in any reply of the conversation. */
export const contentExcludes: CheckDefinition = {
  type: 'content_excludes',
  aliases: ['content_not_includes', 'banned_words'],
  params: z.strictObject({
    patterns,
    match_mode: z.enum(['substring', 'word_boundary']).optional(),
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

/** Finds the first banned pattern in a text. */
export function bannedFinder(
  banned: readonly string[],
  matchMode: string | undefined,
): (text: string) => string | undefined {
  if (matchMode === 'word_boundary') {
    const compiled = banned.flatMap(word => {
      const pattern = compilePattern(`(?i)\\b${escapePattern(word)}\\b`);
      return typeof pattern === 'string' ? [] : [{ word, pattern }];
    });
    return text =>
      compiled.find(({ pattern }: { pattern: Pattern }) => pattern.test(text))
        ?.word;
  }
  const lowered = banned.map(lowerCase);
  return text => {
    const lower = lowerCase(text);
    const index = lowered.findIndex(pattern => lower.includes(pattern));
    return index < 0 ? undefined : banned[index];
  };
}

export function quoted(texts: readonly string[]): string {
  return texts.map(text => JSON.stringify(text)).join(', ');
}

function escapePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
