import { z } from 'zod/v4';
import { CheckDefinition, constant } from '../Check';

export const cosineSimilarity: CheckDefinition = {
  type: 'cosine_similarity',
  summary:
    'Compares the embedding of the reply with a vector. No reply carries an embedding, so there is nothing to compare.',
  reads: 'last reply',
  scoring: 'Always 0.',
  example: { reference: [0.1, 0.2, 0.3] },
  params: z.strictObject({
    reference: z.array(z.number()).min(1).describe('The vector.'),
    min_similarity: z
      .number()
      .optional()
      .describe('Without effect; use `min_score`.'),
  }),
  prepare: () =>
    constant({
      score: 0,
      explanation: 'The reply has no embedding to compare',
    }),
};
