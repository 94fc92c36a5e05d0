import { z } from 'zod/v4';
import { CheckDefinition, constant } from './Check';

/** Compares embeddings. No reply carries one, so there is nothing to compare. */
export const cosineSimilarity: CheckDefinition = {
  type: 'cosine_similarity',
  params: z.strictObject({
    reference: z.array(z.number()).min(1),
    min_similarity: z.number().optional(),
  }),
  prepare: () =>
    constant({
      score: 0,
      explanation: 'The reply has no embedding to compare',
    }),
};
