import { RE2JS } from 're2js';

/** A compiled pattern of the RE2 dialect. Matching takes time linear in the text. */
export interface Pattern {
  /** True when the pattern occurs anywhere in the text. */
  test(text: string): boolean;
}

const CACHE_SIZE = 1_000;
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
  try {
    const regex = RE2JS.compile(source);
    return { test: text => regex.matcher(text).find() };
  } catch (error) {
    return `invalid pattern: ${error instanceof Error ? error.message : error}`;
  }
}
