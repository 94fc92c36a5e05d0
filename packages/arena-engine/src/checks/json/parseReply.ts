import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { CheckParams } from '../CheckParams';

const FENCE = /(?:^|\n)[ \t]*```(?:json)?[ \t]*\r?\n/i;
const FENCE_END = /\r?\n[ \t]*```[ \t]*(?=\r?\n|$)/;

/** Reads the JSON of a reply as the parameters ask: as it is, from the first fenced block, or from within prose. */
export function parseReply(
  output: string,
  params: CheckParams,
): { value: unknown } | { error: string } {
  let text = output;
  if (params.boolean('allow_wrapped')) {
    text = firstFenced(output) ?? text;
  }
  if (params.boolean('extract_json') && text === output) {
    text =
      firstBalanced(output, '{', '}') ??
      firstBalanced(output, '[', ']') ??
      text;
  }
  return readJson(text);
}

/** The JSON that a reply is, or that stands in its first fenced block. */
export function readJsonReply(
  output: string,
): { value: unknown } | { error: string } {
  return readJson(firstFenced(output) ?? output);
}

function readJson(text: string): { value: unknown } | { error: string } {
  if (isTextTooDeep(text)) {
    return { error: `The reply is nested more than ${MAX_DEPTH} levels deep` };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return {
      error: `The reply is not JSON: ${
        error instanceof Error ? error.message : String(error)
      }`,
    };
  }
}

/** What stands in the first fenced block. One that is not closed is none, and neither is any after it. */
function firstFenced(text: string): string | undefined {
  const fence = FENCE.exec(text);
  if (!fence) return undefined;
  const rest = text.slice(fence.index + fence[0].length);
  const end = FENCE_END.exec(rest);
  return end ? rest.slice(0, end.index) : undefined;
}

function firstBalanced(
  text: string,
  open: string,
  close: string,
): string | undefined {
  const start = text.indexOf(open);
  if (start < 0) return undefined;
  let depth = 0;
  let inString = false;
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === open) {
      depth++;
    } else if (character === close && --depth === 0) {
      return text.slice(start, i + 1);
    }
  }
  return undefined;
}
