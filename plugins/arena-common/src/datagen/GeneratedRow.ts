import { z } from 'zod/v4';
import { MAX_REJECT_TEXT, MAX_ROW_LENGTH } from './rowLimits';

/**
 * What one attempt brought: a row, or why there is none. Exactly one of `row` and `reject` is there, or neither when the attempt ended with an
 * error.
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
  /** Persona that played the user. */
  persona: z.string().max(253).optional(),
});

/** @public */
export type GeneratedRow = z.infer<typeof generatedRowSchema>;
