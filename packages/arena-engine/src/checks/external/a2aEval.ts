import { lastUserText } from '../judge/material';
import { a2aCheck } from './a2aCheck';

export const a2aEval = a2aCheck({
  type: 'a2a_eval',
  summary: 'An A2A agent finds that the reply is good.',
  reads: 'last user message and last reply',
  subject: input =>
    `<user_message>\n${lastUserText(input)}\n</user_message>\n\n<reply>\n${
      input.output
    }\n</reply>`,
});
