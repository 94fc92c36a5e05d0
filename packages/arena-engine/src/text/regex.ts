import { RE2JS } from 're2js';

/** A compiled pattern of the RE2 dialect. Matching takes time linear in the text. */
export interface Pattern {
  /**
   * True when the pattern occurs anywhere in the text.
   *
   * @throws TextTooLong when the search could take many seconds.
   */
  test(text: string): boolean;
}

const CACHE_SIZE = 1_000;

/**
 * Bounds of what one pattern may cost: matching takes time proportional to the size of the program times that of the text, and
 * the repetitions of a short pattern can make a very large program.
 */
const MAX_SOURCE_LENGTH = 10_000;
const MAX_PROGRAM_SIZE = 5_000;
/** Instructions times characters; at worst about 20 ns each. */
const MAX_WORK = 500_000_000;

/** A text that a pattern cannot be searched in within a reasonable time. */
export class TextTooLong extends Error {
  constructor(length: number, source: string) {
    super(
      `A text of ${length} characters is too long for the pattern ${source.slice(
        0,
        80,
      )}`,
    );
    this.name = 'TextTooLong';
  }
}

const cache = new Map<string, Pattern | string>();

/**
 * Compiles a pattern; patterns of bundles repeat, so compiled ones are kept.
 *
 * @returns The pattern, or the reason why it is none.
 */
export function compilePattern(source: string): Pattern | string {
  const known = cache.get(source);
  if (known !== undefined) return known;
  const compiled = compile(source);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

function compile(source: string): Pattern | string {
  // The library has look-behind as an extension; the dialect of bundles has not.
  if (/\(\?<[=!]/.test(source)) {
    return `invalid pattern: look-around is not part of RE2`;
  }
  if (source.length > MAX_SOURCE_LENGTH) {
    return `invalid pattern: longer than ${MAX_SOURCE_LENGTH} characters`;
  }
  try {
    const regex = RE2JS.compile(withoutRepeatedNames(source));
    const size = regex.programSize();
    if (size > MAX_PROGRAM_SIZE) {
      return 'invalid pattern: its repetitions make it too large';
    }
    return {
      test(text) {
        if (text.length * size > MAX_WORK) {
          throw new TextTooLong(text.length, source);
        }
        // Unlike a matcher, this needs no positions and runs on an automaton that is built as needed.
        return regex.test(text);
      },
    };
  } catch (error) {
    return `invalid pattern: ${error instanceof Error ? error.message : error}`;
  }
}

const GROUP_NAME = /(\\[\s\S])|\(\?P?<([\p{L}_][\p{L}\p{Nd}_]*)>/gu;

/** Several groups may have one name, which the library refuses: the later ones lose theirs. */
function withoutRepeatedNames(source: string): string {
  const known = new Set<string>();
  return source.replace(
    GROUP_NAME,
    (group, escaped?: string, name?: string) => {
      if (escaped !== undefined || name === undefined) return group;
      if (known.has(name)) return '(';
      known.add(name);
      return group;
    },
  );
}
