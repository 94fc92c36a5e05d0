import { isDeepStrictEqual } from 'node:util';
import { PredicateSpec } from '../bundle/schemas/composition';
import { CompositionFault } from './CompositionFault';
import { Scope, textOf } from './Scope';

/**
 * Decides about a condition. A path that leads nowhere compares as null.
 *
 * @throws CompositionFault when values cannot be compared, or the condition says nothing.
 */
export function holds(predicate: PredicateSpec, scope: Scope): boolean {
  const { all_of: all, any_of: any, not, path, op, exists } = predicate;
  if (all) return all.every(part => holds(part, scope));
  if (any) return any.some(part => holds(part, scope));
  if (not) return !holds(not, scope);
  if (path === undefined) {
    throw new CompositionFault(
      'a condition needs all_of, any_of, not, or a path',
    );
  }
  const found = scope.find(path);
  if (exists !== undefined) return (found !== undefined) === exists;
  if (op === undefined) {
    throw new CompositionFault(`the condition on ${path} needs op or exists`);
  }
  const actual = found ? found.value : null;
  const expected = scope.resolve(predicate.value ?? null);
  switch (op) {
    case 'equals':
      return isDeepStrictEqual(actual, expected);
    case 'not_equals':
      return !isDeepStrictEqual(actual, expected);
    case 'in':
      return isAmong(actual, expected, path);
    case 'not_in':
      return !isAmong(actual, expected, path);
    default:
      return compare(actual, expected, op, path);
  }
}

function isAmong(actual: unknown, expected: unknown, path: string): boolean {
  if (!Array.isArray(expected)) {
    throw new CompositionFault(
      `the condition on ${path} needs a list as its value, not ${textOf(
        expected,
      )}`,
    );
  }
  return expected.some(entry => isDeepStrictEqual(entry, actual));
}

type OrderedOperator = Exclude<
  NonNullable<PredicateSpec['op']>,
  'equals' | 'not_equals' | 'in' | 'not_in'
>;

function compare(
  actual: unknown,
  expected: unknown,
  op: OrderedOperator,
  path: string,
): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number') {
    const wrong = typeof actual === 'number' ? expected : actual;
    throw new CompositionFault(
      `the condition on ${path} compares numbers, but has ${textOf(wrong)}`,
    );
  }
  switch (op) {
    case 'less_than':
      return actual < expected;
    case 'less_than_or_equals':
      return actual <= expected;
    case 'greater_than':
      return actual > expected;
    default:
      return actual >= expected;
  }
}
