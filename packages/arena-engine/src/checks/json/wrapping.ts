import { z } from 'zod/v4';

/** Parameters that say where the JSON of a reply stands. */
export const wrapping = {
  allow_wrapped: z
    .boolean()
    .default(false)
    .describe('Take the first fenced block when there is one.'),
  extract_json: z
    .boolean()
    .default(false)
    .describe(
      'Take the first balanced object within the text, otherwise the first balanced list.',
    ),
};
