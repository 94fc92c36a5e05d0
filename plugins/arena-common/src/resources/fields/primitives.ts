import { JsonValue } from '@backstage/types';
import { z } from 'zod/v4';
import { CrdHints, crdHints, HINT_KEY } from './rules';

/** @internal */
export interface TextOptions extends CrdHints {
  min?: number;
  /** Every text is bounded: the API server estimates the cost of rules from the bounds. */
  max?: number;
  pattern?: RegExp;
  /** What the pattern wants, in words: `must be ...`. */
  hint?: string;
}

/** A bounded string. @internal */
export function text(description: string, options: TextOptions = {}) {
  const { min = 1, max = 253, pattern, hint } = options;
  let schema = z.string().max(max);
  if (min > 0) {
    schema = schema.min(min);
  }
  if (pattern) {
    schema = schema.regex(pattern);
  }
  return schema.meta({
    description,
    ...(hint ? { [HINT_KEY]: hint } : undefined),
    ...crdHints(options),
  });
}

/** A 32-bit integer. @internal */
export function int32(
  description: string,
  options: { min?: number; max?: number } = {},
) {
  const { min = 0, max = 2147483647 } = options;
  return z.int().min(min).max(max).meta({ description, format: 'int32' });
}

/** A 64-bit counter, within what JSON carries exactly. @internal */
export function int64(description: string) {
  return z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .meta({ description, format: 'int64' });
}

/** @internal */
export function flag(description: string, options: CrdHints = {}) {
  return z.boolean().meta({ description, ...crdHints(options) });
}

/** One of the given words. @internal */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  description: string,
) {
  return z.enum(values).meta({ description });
}

/** A bounded list. @internal */
export function listOf<T extends z.ZodType>(
  item: T,
  description: string,
  options: CrdHints & { min?: number; max?: number } = {},
) {
  const { min = 0, max = 64 } = options;
  let schema = z.array(item).max(max);
  if (min > 0) {
    schema = schema.min(min);
  }
  return schema.meta({ description, ...crdHints(options) });
}

/** A map from names to values, bounded in size. @internal */
export function mapOf<T extends z.ZodType>(
  value: T,
  description: string,
  options: CrdHints & { max?: number } = {},
) {
  return z.record(z.string(), value).meta({
    description,
    maxProperties: options.max ?? 64,
    ...crdHints(options),
  });
}

/** An object; fields that it does not list are unknown fields. @internal */
export function group<T extends z.ZodRawShape>(
  description: string,
  shape: T,
  options: CrdHints = {},
) {
  return z.object(shape).meta({ description, ...crdHints(options) });
}

/** An object whose contents are not ours to know, kept as it is. @internal */
export function anyObject(description: string) {
  // Everything comes from JSON, so that an object of ours is JSON as a whole; to the schema any value will do.
  const anything = z.unknown() as z.ZodType<JsonValue, JsonValue>;
  return z.record(z.string(), anything).meta({
    description,
    'x-kubernetes-preserve-unknown-fields': true,
  });
}
