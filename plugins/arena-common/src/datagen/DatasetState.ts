import { JsonObject } from '@backstage/types';
import { z } from 'zod/v4';
import {
  datasetEmbeddingSchema,
  datasetProfileSchema,
  datasetQuotaSchema,
} from './DatasetProfile';
import { DATASET_ENDS } from './DatasetTally';
import { REJECT_REASONS } from './RejectReason';

const count = z.int().min(0);

/** What was read from JSON has only JSON within. */
function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How far the data generation of a run is. @public */
export const datasetStateSchema = z.object({
  phase: z.enum(['running', 'over']),
  /** Rows that the job asks for. */
  count: z.int().min(1),
  maxAttempts: z.int().min(1),
  format: datasetProfileSchema.shape.format,
  seed: z.int(),
  nearDuplicateThreshold: z.number().optional(),
  nearDuplicateEmbedding: datasetEmbeddingSchema.optional(),
  /** Of a table; see `DatasetProfile`. */
  columns: z.array(z.string()).optional(),
  /** Accepted rows. */
  rows: count,
  /** Attempts of which something is known: the sum of rows, rejects, surplus and unfinished. */
  attempts: count,
  /** Rows that were good but came when there were enough. */
  surplus: count,
  /** Attempts that the end of the budget or of the run cut off, paid for in part. */
  unfinished: count.default(0),
  rejects: z.partialRecord(z.enum(REJECT_REASONS), count),
  /** Rows of each kind, and how many there are to be. */
  quotas: z.array(datasetQuotaSchema.extend({ rows: count })),
  /** Attempts since the last row that brought none, but for those whose kind was full. */
  barren: count,
  /** At most a few hundred points over the whole time, oldest first. */
  history: z.array(
    z.object({
      /** Time, in milliseconds since 1970. */
      at: z.number(),
      attempts: count,
      rows: count,
    }),
  ),
  /** Absent while it runs, and when it was cancelled or failed. */
  endedBy: z.enum(DATASET_ENDS).optional(),
  /** What it has cost so far, as the providers' pricing has it. */
  cost: z.number().min(0),
  /** Of `budgetLimit`; absent without. */
  budget: z.object({ limit: z.number(), currency: z.string() }).optional(),
});

/** How far the data generation of a run is. @public */
export type DatasetState = z.infer<typeof datasetStateSchema>;

/** Where a row, or a reject, comes from. @public */
export const provenanceSchema = z.object({
  scenario: z.string(),
  provider: z.string(),
  region: z.string(),
  /** Which of the scenario's variants (`perturbations`), from 0. */
  variant: count.default(0),
  /** Persona that played the user. */
  persona: z.string().optional(),
  /** Index of the attempt, from 0; item of the run. */
  attempt: count,
  seed: z.int(),
});

/** Where a row, or a reject, comes from. @public */
export type Provenance = z.infer<typeof provenanceSchema>;

/** An accepted row. @public */
export const datasetRowSchema = provenanceSchema.extend({
  /** From 0, in the order of acceptance. */
  number: count,
  row: z.custom<JsonObject>(isObject, { error: 'must be an object' }),
  acceptedAt: z.iso.datetime(),
});

/** An accepted row. @public */
export type DatasetRow = z.infer<typeof datasetRowSchema>;

/** An attempt that brought no row. @public */
export const datasetRejectSchema = provenanceSchema.extend({
  reason: z.enum(REJECT_REASONS),
  message: z.string(),
  /** The beginning of what was replied, if it is known. */
  text: z.string().optional(),
  /** Number of the row that says the same, or nearly. */
  duplicateOf: count.optional(),
  rejectedAt: z.iso.datetime(),
});

/** An attempt that brought no row. @public */
export type DatasetReject = z.infer<typeof datasetRejectSchema>;

/** @public */
export interface DatasetRowsQuery {
  /** Default 50, at most 500. */
  limit?: number;
  cursor?: string;
}

/** @public */
export interface DatasetRejectsQuery extends DatasetRowsQuery {
  /** Only these. */
  reason?: DatasetReject['reason'][];
}

/** In order of number. @public */
export interface DatasetRowsPage {
  items: DatasetRow[];
  totalItems: number;
  nextCursor?: string;
}

/** The latest first. @public */
export interface DatasetRejectsPage {
  items: DatasetReject[];
  totalItems: number;
  nextCursor?: string;
}
