import { z } from 'zod/v4';

export const outputParams = {
  contains: z
    .string()
    .optional()
    .describe('Occurs in the JSON text of the output, in this letter case.'),
  equals: z
    .string()
    .optional()
    .describe('The JSON text of the output: a text stands in quotes.'),
};
