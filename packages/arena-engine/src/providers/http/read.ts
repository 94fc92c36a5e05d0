/** Readers of JSON from outside: what has another shape than expected counts as absent. */

/** More than this of anything is a mistake, and would spoil every sum. */
const MAX_COUNT = 1e12;

export type Json = Record<string, unknown>;

export function object(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= MAX_COUNT
    ? Math.round(value)
    : undefined;
}
