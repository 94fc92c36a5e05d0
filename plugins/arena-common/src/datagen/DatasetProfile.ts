import { z } from 'zod/v4';
import type { ArenaJobSpec } from '../resources/arenajob';
import { dataGenSchema } from '../resources/arenajob/dataGen';

/** How many of the rows are of one kind: no fewer and no more. @public */
export const datasetQuotaSchema = z.object({
  /** Top-level field of the row whose value tells its kind. */
  field: z.string().optional(),
  value: z.string().optional(),
  /** Instead of a field: the persona that played the user. */
  persona: z.string().optional(),
  count: z.int().min(0),
});

/** @public */
export type DatasetQuota = z.infer<typeof datasetQuotaSchema>;

/** A model that says which rows mean the same. @public */
export const datasetEmbeddingSchema = z.object({
  /** Id of a provider of the job or of the arena file. */
  provider: z.string(),
  model: z.string().optional(),
});

/** @public */
export type DatasetEmbedding = z.infer<typeof datasetEmbeddingSchema>;

/**
 * Data generation as it is run: everything that decides which attempts there are and which rows are taken. Pinned with the run.
 *
 * @public
 */
export const datasetProfileSchema = z.object({
  /** Unique, valid rows. */
  count: z.int().min(1),
  format: z.enum(['json', 'jsonl', 'csv']),
  /** Attempts at most. */
  maxAttempts: z.int().min(1),
  /** Seed of the run; each attempt has one of its own that follows from it. */
  seed: z.int(),
  /** Similarity from which on two rows are near-duplicates: Jaccard's, or the cosine of their embeddings. Absent: only exact duplicates go. */
  nearDuplicateThreshold: z.number().positive().max(1).optional(),
  /** Model whose embeddings rows are compared by. Absent: by their texts. */
  nearDuplicateEmbedding: datasetEmbeddingSchema.optional(),
  /** Columns of a table that stand first, in their order: the properties of the schemas of rows. */
  columns: z.array(z.string()).optional(),
  quotas: z.array(datasetQuotaSchema),
  /** In the currency of the providers' prices. */
  budgetLimit: z.number().positive().optional(),
  budgetCurrency: z.string(),
});

/** @public */
export type DatasetProfile = z.infer<typeof datasetProfileSchema>;

const ATTEMPTS_PER_ROW = 10;
const LEAST_ATTEMPTS = 100;

/**
 * What the settings of an admitted job mean.
 *
 * @param given - absent: all defaults
 * @public
 */
export function datasetProfileOf(
  given: ArenaJobSpec['dataGen'],
): DatasetProfile {
  const spec = given ?? dataGenSchema.parse({});
  return {
    count: spec.count,
    format: spec.format,
    maxAttempts:
      spec.maxAttempts ??
      Math.max(LEAST_ATTEMPTS, ATTEMPTS_PER_ROW * spec.count),
    seed: spec.seed ?? 0,
    nearDuplicateThreshold: spec.nearDuplicateThreshold,
    nearDuplicateEmbedding: spec.nearDuplicateEmbedding,
    quotas: spec.quotas ?? [],
    budgetLimit:
      spec.budgetLimit === undefined ? undefined : Number(spec.budgetLimit),
    budgetCurrency: spec.budgetCurrency,
  };
}
