import { compilePattern } from './regex';

const SPECIAL = /[.+*?^${}()[\]|\\]/g;
const STAR = '[^/]*';

/**
 * Compiles a pattern for paths: `*` stands for any characters but the slash, `?` for one of them, `[a-z]` and `[^a-z]` for one
 * out of a set, a backslash takes the meaning away. Matching takes time linear in the path.
 *
 * @returns Undefined when it is no pattern: a bracket is not closed, a range is upside down.
 */
export function compilePathPattern(
  pattern: string,
): ((path: string) => boolean) | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '*') {
      // Several in a row mean the same.
      if (!source.endsWith(STAR)) source += STAR;
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += escape(pattern[at]);
    } else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return undefined;
      const isNegated = pattern[at + 1] === '^';
      const set = pattern
        .slice(at + (isNegated ? 2 : 1), end)
        .replace(/[[\]^\\]/g, '\\$&');
      source += isNegated ? `[^/${set}]` : `[${set}]`;
      at = end;
    } else {
      source += escape(character);
    }
  }
  const compiled = compilePattern(`^${source}$`);
  return typeof compiled === 'string' ? undefined : path => compiled.test(path);
}

/** Whether a path stands for many. */
export function isPathPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function escape(character: string): string {
  return character.replace(SPECIAL, '\\$&');
}
