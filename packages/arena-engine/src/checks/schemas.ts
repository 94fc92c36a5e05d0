import { z } from 'zod/v4';
import { compilePattern } from '../text/regex';
import { CONTENT } from './paramProblems';

/** A pattern of the RE2 dialect. */
export function pattern() {
  return z
    .string()
    .min(1)
    .superRefine((source, context) => {
      if (source === '') return;
      const compiled = compilePattern(source);
      if (typeof compiled === 'string') {
        context.addIssue({
          code: 'custom',
          message: compiled,
          params: CONTENT,
        });
      }
    })
    .meta({ format: 're2' });
}

/** A list of texts that is not empty. */
export function texts() {
  return z.array(z.string()).min(1);
}

/** Says that at least one of several parameters has to be given. */
export function requireOneOf<T extends z.ZodType>(
  schema: T,
  ...names: string[]
): T {
  return schema.refine(
    value =>
      value !== null &&
      typeof value === 'object' &&
      Object.entries(value).some(
        ([name, entry]) => names.includes(name) && entry !== undefined,
      ),
    {
      error:
        names.length === 1
          ? `${names[0]} is required`
          : `One of ${names.join(', ')} is required`,
    },
  );
}
