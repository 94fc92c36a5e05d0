import { judgedCheck } from '../judge/judgedCheck';
import { numbered } from '../judge/material';
import {
  CONTEXT_NAMES,
  contextParams,
  NO_CONTEXT,
  readContexts,
} from './contexts';

export const hallucination = judgedCheck({
  type: 'hallucination',
  summary: 'A judge finds that the reply makes nothing up: 1 is a clean reply.',
  reads: 'last reply',
  scoring: '0 without a context.',
  quirks: ['contextFieldNeverFound'],
  example: { context: 'The bridge opened in 1932.', min_score: 0.9 },
  params: contextParams,
  required: [CONTEXT_NAMES],
  question: (input, params, quirks) => {
    const contexts = readContexts(params, input, quirks);
    if (contexts.length === 0) return NO_CONTEXT;
    return {
      task: 'You look for inventions in a reply. A statement is invented when it contradicts the source texts, or when it adds facts that they neither contain nor imply. Score 1 when nothing is invented, 0 when the reply is mostly invented.',
      material: [
        ['sources', numbered(contexts)],
        ['reply', input.output],
      ],
    };
  },
});
