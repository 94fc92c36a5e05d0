import { z } from 'zod/v4';
import { MAX_EMBEDDING_TEXT } from './RowEmbedding';
import { MAX_REJECT_TEXT, MAX_ROW_LENGTH } from './rowLimits';

/**
 * What one attempt brought: a row, or why there is none. Exactly one of `row`, `reject` and `unfinished` is there, or none when the attempt
 * ended with an error.
 *
 * @public
 */
export const generatedRowSchema = z.object({
  /** The row as JSON text: an object. */
  row: z.string().max(MAX_ROW_LENGTH).optional(),
  reject: z
    .object({
      reason: z.enum(['invalidJson', 'schema', 'tooLarge', 'checks']),
      message: z.string().max(1_000),
      /** The beginning of what was replied. */
      text: z.string().max(MAX_REJECT_TEXT).optional(),
    })
    .optional(),
  /** The next call did not fit into what was left of the budget. */
  unfinished: z.literal(true).optional(),
  /** What the row means, when near-duplicates are told by it: see `RowEmbedding`, in base64. */
  embedding: z.base64().max(MAX_EMBEDDING_TEXT).optional(),
  /** Persona that played the user. */
  persona: z.string().max(253).optional(),
});

/** @public */
export type GeneratedRow = z.infer<typeof generatedRowSchema>;
