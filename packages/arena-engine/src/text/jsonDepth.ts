/** Deepest nesting of JSON that is worked with: most of what walks it is recursive. */
export const MAX_DEPTH = 500;

/** Whether the brackets of a JSON text are nested deeper than is allowed. Looking costs no stack. */
export function isTextTooDeep(text: string): boolean {
  // Shorter texts cannot be that deep.
  if (text.length <= MAX_DEPTH) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at + 1);
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** Whether a value is nested deeper than is allowed. Looking costs no stack. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(entry =>
      entry !== null && typeof entry === 'object' ? Object.values(entry) : [],
    );
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
