import { PredicateSpec } from '../bundle/schemas/composition';
import { holds } from './predicate';
import { Scope } from './Scope';

const scope = new Scope(
  { n: 5, kind: 'soup', nothing: null, list: [1, 2], limit: 4 },
  new Map(),
);

describe('holds', () => {
  it.each<[PredicateSpec, boolean]>([
    [{ path: '${input.kind}', op: 'equals', value: 'soup' }, true],
    [{ path: 'input.kind', op: 'equals', value: 'soup' }, true],
    [{ path: '${input.list}', op: 'equals', value: [1, 2] }, true],
    [{ path: '${input.n}', op: 'equals', value: '5' }, false],
    [{ path: '${input.n}', op: 'not_equals', value: 5 }, false],
    [{ path: '${input.missing}', op: 'equals', value: null }, true],
    [{ path: '${input.missing}', op: 'not_equals', value: 'x' }, true],
    [{ path: '${input.kind}', op: 'in', value: ['stew', 'soup'] }, true],
    [{ path: '${input.kind}', op: 'not_in', value: ['stew'] }, true],
    [{ path: '${input.n}', op: 'less_than', value: 5 }, false],
    [{ path: '${input.n}', op: 'less_than_or_equals', value: 5 }, true],
    [{ path: '${input.n}', op: 'greater_than', value: '${input.limit}' }, true],
    [{ path: '${input.n}', op: 'greater_than_or_equals', value: 6 }, false],
    [{ path: '${input.nothing}', exists: true }, true],
    [{ path: '${input.missing}', exists: true }, false],
    [{ path: '${input.missing}', exists: false }, true],
    [{ not: { path: '${input.kind}', exists: true } }, false],
    [{ all_of: [] }, true],
    [{ any_of: [] }, false],
    [
      {
        all_of: [
          { path: '${input.n}', op: 'greater_than', value: 1 },
          {
            any_of: [
              { path: '${input.kind}', op: 'equals', value: 'stew' },
              { path: '${input.n}', op: 'less_than', value: 9 },
            ],
          },
        ],
      },
      true,
    ],
  ])('%j is %s', (predicate, expected) => {
    expect(holds(predicate, scope)).toBe(expected);
  });

  it.each<[PredicateSpec, RegExp]>([
    [{ path: '${input.missing}', op: 'less_than', value: 1 }, /has null/],
    [{ path: '${input.kind}', op: 'greater_than', value: 1 }, /has soup/],
    [{ path: '${input.n}', op: 'greater_than', value: '1' }, /has 1/],
    [{ path: '${input.n}', op: 'in', value: 5 }, /needs a list/],
    [{ path: '${input.n}' }, /needs op or exists/],
    [{}, /needs all_of, any_of, not, or a path/],
  ])('%j cannot be decided', (predicate, reason) => {
    expect(() => holds(predicate, scope)).toThrow(reason);
  });
});
