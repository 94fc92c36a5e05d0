import { z } from 'zod/v4';
import { Quirks } from '../../quirks/quirks';
import { isTextTooDeep } from '../../text/jsonDepth';
import { CheckInput, CheckOutcome } from '../Check';
import { asMap, CheckParams } from '../CheckParams';
import { texts } from '../schemas';

/** Where a check takes the retrieved texts from. */
export const contextParams = {
  contexts: texts().optional().describe('The retrieved texts.'),
  context: z.string().optional().describe('One retrieved text.'),
  context_field: z
    .string()
    .optional()
    .describe(
      'Field of the JSON that tools answered with; its text or list of texts is taken from the last result that has it.',
    ),
};

export const CONTEXT_NAMES = Object.keys(contextParams);

export const NO_CONTEXT: CheckOutcome = {
  score: 0,
  explanation: 'There is no context to compare with',
};

/** The texts that a reply is compared with; none when nothing gives any. */
export function readContexts(
  params: CheckParams,
  { toolCalls }: Pick<CheckInput, 'toolCalls'>,
  quirks: Quirks,
): string[] {
  const given = params.strings('contexts');
  if (given.length > 0) return given;
  const single = params.string('context');
  if (single) return [single];
  const field = params.string('context_field');
  if (!field || quirks.contextFieldNeverFound) return [];
  for (let i = toolCalls.length - 1; i >= 0; i--) {
    const found = fieldTexts(toolCalls[i].result, field);
    if (found.length > 0) return found;
  }
  return [];
}

function fieldTexts(result: string, field: string): string[] {
  if (isTextTooDeep(result)) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(result);
  } catch {
    // A result that is plain text has no fields.
    return [];
  }
  const value = asMap(parsed)?.[field];
  return (Array.isArray(value) ? value : [value]).flatMap(entry => {
    if (entry === undefined || entry === null || entry === '') return [];
    return [typeof entry === 'string' ? entry : JSON.stringify(entry)];
  });
}
