import { isTextTooDeep, isTooDeep } from './jsonDepth';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('isTextTooDeep', () => {
  it.each([
    ['', false],
    ['1', false],
    [nested(500), false],
    [nested(501), true],
    ['{"a":'.repeat(501), true],
    [`[${'[],'.repeat(1_000)}1]`, false],
    [`"${'['.repeat(1_000)}"`, false],
    [`{"\\"${'['.repeat(1_000)}": 1}`, false],
    [`{"a": "\\\\"}${nested(501)}`, true],
  ])('of %.20s', (text, expected) =>
    expect(isTextTooDeep(text)).toBe(expected),
  );
});

describe('isTooDeep', () => {
  it('counts levels of lists and maps', () => {
    expect(isTooDeep(JSON.parse(nested(500)))).toBe(false);
    expect(isTooDeep(JSON.parse(nested(502)))).toBe(true);
    expect(isTooDeep('text')).toBe(false);
  });
});
