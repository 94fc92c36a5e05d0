import { z } from 'zod/v4';
import { group, int32, listOf, oneOf, text } from '../fields';
import { budgetFields } from './budget';

const quotaSchema = group(
  'How many of the rows are of one kind: no fewer and no more.',
  {
    field: text('Top-level field of the rows whose value tells their kind.', {
      max: 253,
    }).optional(),
    value: text('The value of the field.', { max: 253 }).optional(),
    persona: text(
      'Instead of a field: the persona of the simulated user in dialogues.',
      { max: 253 },
    ).optional(),
    count: int32('How many rows there are to be of this kind.'),
  },
  {
    rules: [
      {
        rule: 'has(self.field) != has(self.persona)',
        message: 'exactly one of field or persona must be set',
      },
      {
        rule: 'has(self.field) == has(self.value)',
        message: 'is needed beside field, and allowed only there',
        fieldPath: '.value',
      },
    ],
  },
);

/** @internal */
export const dataGenSchema = group(
  'Settings of data generation. Allowed only when type is datagen.',
  {
    count: int32('How many unique, valid rows to generate.', {
      min: 1,
      max: 10000000,
    }).default(100),
    format: oneOf(['json', 'jsonl', 'csv'], 'Format of the rows.').default(
      'jsonl',
    ),
    maxAttempts: int32(
      'How many conversations are tried at most. Without it: ten for each row, and 100 at least.',
      { min: 1, max: 100000000 },
    ).optional(),
    seed: int32(
      'Seed of the run: each attempt has one of its own that follows from it. Without it: 0.',
    ).optional(),
    nearDuplicateThreshold: z
      .number()
      .min(0.2)
      .max(1)
      .meta({
        description:
          'Similarity from which on the later of two rows is a near-duplicate and goes, from 0.2 to 1: of their texts (Jaccard), or of what they mean (cosine) with nearDuplicateEmbedding. Without it only rows that say the same go.',
      })
      .optional(),
    nearDuplicateEmbedding: group(
      'Model whose embeddings of the rows nearDuplicateThreshold is compared with, so that rows go that mean the same in other words.',
      {
        provider: text(
          'Id of a provider of the job or of the arena file, of type openai, gemini or voyageai. It is not under test.',
          { max: 253 },
        ),
        model: text('Its embedding model. Without it: that of the provider.', {
          max: 253,
        }).optional(),
      },
    ).optional(),
    quotas: listOf(
      quotaSchema,
      'How the rows are shared out among kinds. What the quotas of a field leave over is for all other values.',
      { max: 64 },
    ).optional(),
    ...budgetFields(),
  },
  {
    rules: [
      {
        rule: '!has(self.nearDuplicateEmbedding) || has(self.nearDuplicateThreshold)',
        message: 'is needed beside nearDuplicateEmbedding',
        fieldPath: '.nearDuplicateThreshold',
      },
      {
        rule: '!has(self.nearDuplicateEmbedding) || self.count <= 100000',
        message:
          'must be at most 100000 with nearDuplicateEmbedding: each row is compared with all others',
        fieldPath: '.count',
      },
      {
        rule: '!has(self.maxAttempts) || self.maxAttempts >= self.count',
        message: 'must be at least count: an attempt brings one row at most',
        fieldPath: '.maxAttempts',
      },
      {
        rule: '!has(self.quotas) || self.quotas.all(quota, quota.count <= self.count)',
        message: 'a quota must not be greater than count',
        fieldPath: '.quotas',
      },
    ],
  },
);
