import { z } from 'zod/v4';

/** Parameters of all checks that ask a judge. */
export const judgeParams = {
  criteria: z.string().optional().describe('What to judge by.'),
  rubric: z
    .string()
    .optional()
    .describe('What earns which score, in your own words.'),
  judge: z
    .string()
    .optional()
    .describe('Name of the judge. Without it, the first one judges.'),
  system_prompt: z
    .string()
    .optional()
    .describe(
      'Takes the place of the instructions to the judge. The form of the answer is still added.',
    ),
  model: z
    .string()
    .optional()
    .describe('Without effect: the provider of the judge names its model.'),
};
