import { z } from 'zod/v4';
import { pattern } from '../schemas';

/** What a check may ask of a call and of its result. */
export const constraintParams = {
  args_match: z
    .record(z.string(), pattern())
    .optional()
    .describe('RE2 pattern by name of argument.'),
  result_includes: z
    .array(z.string())
    .optional()
    .describe('Texts that all occur in the result, in any letter case.'),
  result_matches: pattern().optional().describe('Occurs in the result.'),
  no_error: z.boolean().default(false).describe('The call had success.'),
};
