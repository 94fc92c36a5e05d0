import { compilePattern, TextTooLong } from './regex';

function matches(source: string, text: string): boolean | string {
  const pattern = compilePattern(source);
  return typeof pattern === 'string' ? pattern : pattern.test(text);
}

describe('patterns', () => {
  it.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['(?m)^b', 'a\nb', true],
    ['(?s)a.b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?i)STRASSE', 'strasse', true],
    ['(?i)σ', 'Σ', true],
    ['\\bcat\\b', 'concatenate', false],
    ['\\bcat\\b', 'a cat.', true],
    ['^\\pL+$', 'größe', true],
    ['(?P<year>\\d{4})', 'in 1932', true],
    ['^(?:(?P<n>a)|(?P<n>b))+$', 'ab', true],
    ['a$', 'a\n', false],
    ['', 'a', true],
  ])('%s in %j: %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    'a{1001}',
    '(a{1000}){1000}',
    '(',
    `${'('.repeat(2_000)}${')'.repeat(2_000)}`,
    'a'.repeat(10_001),
    '\\pL{1000}'.repeat(6),
  ])('refuse %#', source => {
    expect(matches(source, 'a')).toMatch(/pattern|parsing/);
  });

  it.each(['(a+)+$', '(a|a)*$', '(.*a){20}$', '(?:a?){500}a{500}'])(
    'search %s in linear time',
    source => {
      expect(matches(source, `${'a'.repeat(50_000)}!`)).toEqual(
        expect.any(Boolean),
      );
    },
  );

  it('refuse a search that could take many seconds', () => {
    const large = `${'\\pL{1000}'.repeat(4)}[^\\w]`;
    expect(() => matches(large, 'a'.repeat(1_000_000))).toThrow(TextTooLong);
    expect(matches(large, 'a'.repeat(1_000))).toBe(false);
  });
});
