import { JsonValue } from '@backstage/types';
import type { FieldCause } from '../client/ArenaApi';
import { FieldPath, FieldPathSegment } from './FieldPath';
import { invalid } from './causes';

/** Far above what any schema needs, far below what a call stack holds. */
const MAX_DEPTH = 100;

/**
 * Refuses values that are nested so deeply that working on them could exhaust the stack.
 *
 * @internal
 */
export function nestingProblem(root: JsonValue): FieldCause | undefined {
  const pending: Array<{ value: JsonValue; path: FieldPath }> = [
    { value: root, path: [] },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, path } = next;
    if (typeof value === 'object' && value !== null) {
      if (path.length >= MAX_DEPTH) {
        return invalid(
          path.slice(0, 3),
          value,
          `must not be nested more than ${MAX_DEPTH} levels deep`,
        );
      }
      for (const [name, child] of Object.entries(value)) {
        if (typeof child === 'object' && child !== null) {
          const segment: FieldPathSegment = Array.isArray(value)
            ? { index: Number(name) }
            : { field: name };
          pending.push({ value: child, path: [...path, segment] });
        }
      }
    }
  }
  return undefined;
}
