import { InputError } from '@backstage/errors';
import { Request } from 'express';
import { z } from 'zod/v4';

/**
 * The query of a request, checked. Unknown parameters are refused, so that a misspelt filter does not read as "everything".
 */
export function parseQuery<T extends z.ZodRawShape>(
  req: Request,
  shape: T,
): z.infer<z.ZodObject<T>> {
  const params = new URL(req.originalUrl, 'http://host').searchParams;
  const raw: Record<string, string | string[]> = Object.create(null);
  for (const key of new Set(params.keys())) {
    if (!Object.hasOwn(shape, key)) {
      const allowed = Object.keys(shape);
      throw new InputError(
        `Unknown query parameter '${key}': ${
          allowed.length ? `allowed are ${allowed.join(', ')}` : 'none allowed'
        }`,
      );
    }
    const values = params.getAll(key);
    raw[key] = values.length === 1 ? values[0] : values;
  }
  return parseInput(z.object(shape), { ...raw }, 'query parameter');
}

/** Checks input by a schema. The error names each faulty field, its value and what is allowed. */
export function parseInput<T extends z.ZodType>(
  schema: T,
  value: unknown,
  what: string,
): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(issue => {
    const found = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    const name = issue.path.length ? ` '${issue.path.join('.')}'` : '';
    return `${what}${name} is ${shown(found)}: ${issue.message}`;
  });
  throw new InputError(`Invalid ${faults.join('; ')}`);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** A parameter that may be repeated. */
export function listOf<T extends z.ZodType>(element: T) {
  return z
    .preprocess(
      value => (value === undefined || Array.isArray(value) ? value : [value]),
      z.array(element).max(100).optional(),
    )
    .optional();
}

/** A whole number, as text. */
export function intParam(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}

/** `true` or `false`, as text. */
export function booleanParam() {
  return z.enum(['true', 'false']).transform(text => text === 'true');
}

/** A number, as text. */
export function numberParam(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,15})?$/, 'expected a number such as 0.05')
    .transform(Number)
    .pipe(z.number().min(min).max(max));
}
