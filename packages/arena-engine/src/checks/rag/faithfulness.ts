import { judgedCheck } from '../judge/judgedCheck';
import { numbered } from '../judge/material';
import {
  CONTEXT_NAMES,
  contextParams,
  NO_CONTEXT,
  readContexts,
} from './contexts';

export const faithfulness = judgedCheck({
  type: 'faithfulness',
  summary: 'A judge finds that the contexts support what the reply claims.',
  reads: 'last reply',
  scoring: '0 without a context.',
  quirks: ['contextFieldNeverFound'],
  example: { contexts: ['The bridge opened in 1932.'], min_score: 0.9 },
  params: contextParams,
  required: [CONTEXT_NAMES],
  question: (input, params, quirks) => {
    const contexts = readContexts(params, input, quirks);
    if (contexts.length === 0) return NO_CONTEXT;
    return {
      task: 'You check a reply against source texts. List for yourself every statement of fact in the reply. The score is the share of them that the sources support; a reply without statements of fact scores 1. Your own knowledge does not count.',
      material: [
        ['sources', numbered(contexts)],
        ['reply', input.output],
      ],
    };
  },
});
