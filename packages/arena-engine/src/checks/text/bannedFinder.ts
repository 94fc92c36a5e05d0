import { lowerCase } from '../../text/goText';
import { compilePattern } from '../../text/regex';

/** Finds the first banned pattern in a text. */
export function bannedFinder(
  banned: readonly string[],
  matchMode: string | undefined,
): (text: string) => string | undefined {
  if (matchMode === 'word_boundary') {
    const compiled = banned.flatMap(word => {
      const pattern = compilePattern(bannedPattern(word));
      return typeof pattern === 'string' ? [] : [{ word, pattern }];
    });
    return text => compiled.find(({ pattern }) => pattern.test(text))?.word;
  }
  const lowered = banned.map(lowerCase);
  return text => {
    const lower = lowerCase(text);
    const index = lowered.findIndex(pattern => lower.includes(pattern));
    return index < 0 ? undefined : banned[index];
  };
}

/** The pattern of a word that is banned as a word only. */
export function bannedPattern(word: string): string {
  return `(?i)\\b${escapePattern(word)}\\b`;
}

function escapePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
