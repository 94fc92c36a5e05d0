import { z } from 'zod/v4';
import { judgedCheck } from '../judge/judgedCheck';
import { numbered } from '../judge/material';
import {
  CONTEXT_NAMES,
  contextParams,
  NO_CONTEXT,
  readContexts,
} from './contexts';

export const contextualRecall = judgedCheck({
  type: 'contextual_recall',
  summary: 'A judge finds that the contexts hold what the right answer needs.',
  reads: 'nothing of the conversation',
  scoring: '0 without a context or without a reference.',
  quirks: ['contextFieldNeverFound'],
  example: {
    contexts: ['The bridge opened in 1932.'],
    reference: 'It opened in 1932 and spans the Tarn.',
    min_score: 0.5,
  },
  params: {
    ...contextParams,
    reference: z.string().optional().describe('The right answer.'),
    expected_output: z.string().optional().describe('Same as `reference`.'),
  },
  required: [CONTEXT_NAMES, ['reference', 'expected_output']],
  question: (input, params, quirks) => {
    const contexts = readContexts(params, input, quirks);
    if (contexts.length === 0) return NO_CONTEXT;
    const reference =
      params.string('reference') || params.string('expected_output');
    if (!reference) {
      return { score: 0, explanation: 'There is no reference answer' };
    }
    return {
      task: 'You compare a reference answer with retrieved texts. List for yourself every statement of the reference answer. The score is the share of them that can be found in the texts or follows from them.',
      material: [
        ['reference_answer', reference],
        ['texts', numbered(contexts)],
      ],
    };
  },
});
