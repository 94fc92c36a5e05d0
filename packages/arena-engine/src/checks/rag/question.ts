import { z } from 'zod/v4';
import { CheckInput } from '../Check';
import { CheckParams } from '../CheckParams';
import { lastUserText } from '../judge/material';

export const questionParam = {
  question: z
    .string()
    .optional()
    .describe('What was asked. Without it, the last user message.'),
};

export function readQuestion(
  params: CheckParams,
  input: Pick<CheckInput, 'messages'>,
): string {
  return params.string('question') || lastUserText(input);
}
