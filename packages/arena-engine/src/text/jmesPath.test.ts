import { compileJmesPath } from './jmesPath';

const DOCUMENT = {
  total: 3,
  rows: [
    { name: 'a', size: 1, tags: ['x'] },
    { name: 'b', size: 2, tags: [] },
  ],
  none: null,
};

function find(expression: string): unknown {
  const query = compileJmesPath(expression);
  return typeof query === 'string' ? query : query(DOCUMENT);
}

describe('compileJmesPath', () => {
  it.each<[string, unknown]>([
    ['rows[*].name', ['a', 'b']],
    ['rows[?size > `1`].name | [0]', 'b'],
    ["rows[?name == 'a' || contains(tags, 'y')].size", [1]],
    ['rows[].tags[]', ['x']],
    ['rows[::-1].name', ['b', 'a']],
    ['rows[-1].{n: name, s: size}', { n: 'b', s: 2 }],
    ['none.deeper', null],
    ['none.{a: b}', null],
    ["total < 'z'", null],
    ['sum(rows[*].size) == total', true],
    ['max_by(rows, &size).name', 'b'],
    ['sort_by(rows, &name)[-1].size', 2],
    ["not_null(none, 'x')", 'x'],
    ['to_string(rows[0].tags)', '["x"]'],
    ['length(`"größe"`)', 5],
    ['`{"type": "Function", "name": "upper"}`.name', 'upper'],
  ])('%s finds %j', (expression, expected) => {
    expect(find(expression)).toEqual(expected);
  });

  it.each([
    'rows[',
    'total + `1`',
    'total - `1`',
    '$.total',
    'let $x = total in $x',
    "total ? 'a' : 'b'",
    "upper('a')",
    "rows[?lower(name) == 'a']",
    'items(@)',
    'no_such(@)',
    'rows[?size == 1]',
    '`bare`',
  ])('refuses %s', expression => {
    expect(compileJmesPath(expression)).toEqual(expect.any(String));
  });

  it('throws for arguments of a wrong type', () => {
    expect(() => find('sum(rows)')).toThrow(/sum/);
    expect(() => find('length(none)')).toThrow(/length/);
  });
});
