import { z } from 'zod/v4';

/** A key that a schema does not know. */
export interface UnknownKey {
  path: Array<string | number>;
  key: string;
  /** Keys that stand beside it. */
  known: string[];
}

/** Finds the keys that an open schema overlooks, in a value that fits it. */
export function unknownKeys(
  schema: z.core.$ZodType,
  value: unknown,
  path: Array<string | number> = [],
): UnknownKey[] {
  const inner = unwrap(schema);
  if (value === null || typeof value !== 'object') return [];
  if (inner instanceof z.ZodArray) {
    return Object.values(value).flatMap((entry, index) =>
      unknownKeys(inner.element, entry, [...path, index]),
    );
  }
  if (inner instanceof z.ZodRecord) {
    return Object.entries(value).flatMap(([key, entry]) =>
      unknownKeys(inner.valueType, entry, [...path, key]),
    );
  }
  if (!(inner instanceof z.ZodObject)) return [];
  const known = Object.keys(inner.shape);
  return Object.entries(value).flatMap(([key, entry]) =>
    known.includes(key)
      ? unknownKeys(inner.shape[key], entry, [...path, key])
      : [{ path, key, known }],
  );
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodNullable ||
    current instanceof z.ZodLazy
  ) {
    current = current.unwrap();
  }
  return current;
}
