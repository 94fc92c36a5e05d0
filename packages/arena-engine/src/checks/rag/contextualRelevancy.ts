import { judgedCheck } from '../judge/judgedCheck';
import { numbered } from '../judge/material';
import {
  CONTEXT_NAMES,
  contextParams,
  NO_CONTEXT,
  readContexts,
} from './contexts';
import { questionParam, readQuestion } from './question';

export const contextualRelevancy = judgedCheck({
  type: 'contextual_relevancy',
  summary: 'A judge finds that the contexts are about the question.',
  reads: 'last user message and last reply',
  scoring: '0 without a context.',
  quirks: ['contextFieldNeverFound'],
  example: {
    question: 'When did the bridge open?',
    contexts: ['The bridge opened in 1932.', 'It spans the Tarn.'],
    min_score: 0.7,
  },
  params: { ...contextParams, ...questionParam },
  required: [CONTEXT_NAMES],
  question: (input, params, quirks) => {
    const contexts = readContexts(params, input, quirks);
    if (contexts.length === 0) return NO_CONTEXT;
    return {
      task: 'You assess retrieved texts. The score is the share of what they say that bears on the question: 1 when all of it does, 0 when none does.',
      material: [
        ['question', readQuestion(params, input)],
        ['texts', numbered(contexts)],
      ],
    };
  },
});
