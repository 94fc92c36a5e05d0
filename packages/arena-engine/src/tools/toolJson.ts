import { isTextTooDeep, MAX_DEPTH } from '../text/jsonDepth';
import { ToolError } from './ToolHandler';

/** Largest text of one result, in bytes. */
export const MAX_RESULT_BYTES = 1024 * 1024;

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
  if (isTextTooDeep(text)) {
    throw new ToolError(
      `the result is nested more than ${MAX_DEPTH} levels deep`,
    );
  }
}
