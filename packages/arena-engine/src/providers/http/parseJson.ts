import { ProviderError } from '../ChatProvider';

/** Deeper documents are no replies, and whatever walks them would run out of stack. */
const MAX_DEPTH = 500;

/** @throws ProviderError when the text is JSON that is nested too deeply. Text that is no JSON gives undefined. */
export function parseJson(text: string): unknown {
  // A document needs two brackets for each level.
  if (text.length > 2 * MAX_DEPTH && isTooDeep(text)) {
    throw new ProviderError(
      'provider',
      `The provider's answer is nested more than ${MAX_DEPTH} levels deep`,
      false,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at + 1);
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > MAX_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    }
  }
  return false;
}

/** Position of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
    at = end + 1;
  }
}
