import { ToolError } from './ToolHandler';

/** Deepest nesting of arguments and results: what works on them afterwards is recursive. */
export const MAX_DEPTH = 500;

/** Largest text of one result, in bytes. */
export const MAX_RESULT_BYTES = 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How deep the brackets of a JSON text are nested. Reading it costs no stack. */
export function textDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isString = false;
    } else if (code === QUOTE) {
      isString = true;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x5d || code === 0x7d) {
      depth -= 1;
    }
  }
  return deepest;
}

/**
 * Reads the text that a tool gave: JSON, or the text as it is.
 *
 * @throws ToolError when it is JSON that is nested too deeply.
 */
export function parseToolText(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[{"\d\-tfn]/.test(trimmed)) return trimmed === '' ? null : text;
  refuseDeepText(trimmed);
  try {
    return JSON.parse(trimmed);
  } catch {
    return text;
  }
}

/** @throws ToolError when a JSON text is nested too deeply to be worked with. */
export function refuseDeepText(text: string): void {
  // Shorter texts cannot be that deep.
  if (text.length > MAX_DEPTH && textDepth(text) > MAX_DEPTH) {
    throw new ToolError(
      `the result is nested more than ${MAX_DEPTH} levels deep`,
    );
  }
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
