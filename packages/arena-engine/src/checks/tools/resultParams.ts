import { z } from 'zod/v4';

export const resultParams = {
  tool: z
    .string()
    .optional()
    .describe('Name of the tool. Without it, all calls are looked at.'),
};

export const occurrence = z
  .int()
  .min(1)
  .default(1)
  .describe('Fewest results that have it.');
