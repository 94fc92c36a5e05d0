import { dialogue, toolCallList } from '../judge/material';
import { a2aCheck } from './a2aCheck';

export const a2aEvalSession = a2aCheck({
  type: 'a2a_eval_session',
  summary: 'An A2A agent finds that the conversation is good.',
  reads: 'whole conversation',
  subject: ({ messages, toolCalls }) =>
    `<conversation>\n${dialogue(
      messages,
    )}\n</conversation>\n\n<tool_calls>\n${toolCallList(
      toolCalls,
    )}\n</tool_calls>`,
});
