import { parseJson } from './parseJson';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it('parses, and gives undefined for what is no JSON', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
    expect(parseJson('{"a":')).toBeUndefined();
    expect(parseJson('')).toBeUndefined();
  });

  it('refuses what is nested too deeply, closed or not', () => {
    expect(parseJson(nested(500))).toBeDefined();
    expect(() => parseJson(nested(501))).toThrow('more than 500 levels');
    expect(() => parseJson('{"a":'.repeat(10_000))).toThrow(
      'more than 500 levels',
    );
  });

  it('does not count brackets within texts', () => {
    const tricky = JSON.stringify({
      a: `${'['.repeat(2_000)}"\\`,
      b: '\\"[{'.repeat(1_000),
    });
    expect(parseJson(tricky)).toEqual(JSON.parse(tricky));
  });
});
