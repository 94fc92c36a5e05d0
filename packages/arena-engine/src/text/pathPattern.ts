const SPECIAL = /[.+^${}()|\\/]/g;

/**
 * Compiles a pattern for paths: `*` stands for any characters but the slash, `?` for one of them, `[a-z]` and `[^a-z]` for one
 * out of a set, a backslash takes the meaning away.
 *
 * @returns Undefined when a bracket is not closed.
 */
export function compilePathPattern(
  pattern: string,
): ((path: string) => boolean) | undefined {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '*') {
      // Several in a row mean the same, and must not cost more.
      if (pattern[at - 1] !== '*') source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += escape(pattern[at]);
    } else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return undefined;
      const set = pattern.slice(at + 1, end).replace(/[[\]\\]/g, '\\$&');
      source += `(?!/)[${set}]`;
      at = end;
    } else {
      source += escape(character);
    }
  }
  let regex: RegExp;
  try {
    regex = new RegExp(`^${source}$`, 'u');
  } catch {
    return undefined;
  }
  return path => regex.test(path);
}

/** Whether a path stands for many. */
export function isPathPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

function escape(character: string): string {
  return character.replace(SPECIAL, '\\$&');
}
