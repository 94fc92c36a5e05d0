import { judgedCheck } from '../judge/judgedCheck';
import { numbered } from '../judge/material';
import {
  CONTEXT_NAMES,
  contextParams,
  NO_CONTEXT,
  readContexts,
} from './contexts';
import { questionParam, readQuestion } from './question';

export const contextualPrecision = judgedCheck({
  type: 'contextual_precision',
  summary:
    'A judge finds that the useful contexts stand before the useless ones.',
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
      task: 'You assess the order of retrieved texts. A text is useful when it helps to answer the question. Score 1 when all useful texts stand before all useless ones, and less the further down useful texts are; score 0 when none is useful.',
      material: [
        ['question', readQuestion(params, input)],
        ['texts', numbered(contexts)],
      ],
    };
  },
});
