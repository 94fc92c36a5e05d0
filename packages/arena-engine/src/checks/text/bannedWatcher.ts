import { lowerCase } from '../../text/goText';
import { compilePattern } from '../../text/regex';
import { bannedPattern } from './bannedFinder';

/** Looks at a text that grows from call to call: true once something banned is in it for certain. */
export type Watch = (text: string) => boolean;

/**
 * Makes watches for texts that are not complete. Each call looks at what is new and at as much before it as a banned text may
 * be long. A word that ends where the text does may go on, so it does not count yet: whoever has the whole text judges it.
 */
export function bannedWatcher(
  banned: readonly string[],
  matchMode: string | undefined,
): () => Watch {
  const reach = Math.max(0, ...banned.map(({ length }) => length));
  const isWords = matchMode === 'word_boundary';
  const find = isWords ? completeWords(banned) : substrings(banned);
  return () => {
    let scanned = 0;
    return text => {
      // Another attempt begins anew.
      if (text.length < scanned) scanned = 0;
      let start = Math.max(0, scanned - reach - 1);
      if (isWords) start = nextBoundary(text, start);
      scanned = text.length;
      return find(text.slice(start));
    };
  };
}

function substrings(banned: readonly string[]): Watch {
  const lowered = banned.map(lowerCase);
  return text => {
    const lower = lowerCase(text);
    return lowered.some(pattern => lower.includes(pattern));
  };
}

/** Words that something follows. */
function completeWords(banned: readonly string[]): Watch {
  const patterns = banned.flatMap(word => {
    const pattern = compilePattern(`${bannedPattern(word)}(?s:.)`);
    return typeof pattern === 'string' ? [] : [pattern];
  });
  return text => patterns.some(pattern => pattern.test(text));
}

/** A slice that began within a word would make a word of the rest of it. */
function nextBoundary(text: string, start: number): number {
  let at = start;
  if (at > 0 && isWordAt(text, at - 1)) {
    while (at < text.length && isWordAt(text, at)) at += 1;
  }
  return at;
}

function isWordAt(text: string, at: number): boolean {
  return /\w/.test(text[at]);
}
