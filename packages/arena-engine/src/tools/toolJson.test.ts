import { isTooDeep, parseToolText, textDepth } from './toolJson';

describe('textDepth', () => {
  it.each([
    ['', 0],
    ['1', 0],
    ['{"a": [1, {"b": []}]}', 4],
    ['"[[[["', 0],
    ['{"\\"[[": "\\\\"}', 1],
    ['[[[', 3],
  ])('of %s is %d', (text, depth) => expect(textDepth(text)).toBe(depth));
});

describe('parseToolText', () => {
  it.each([
    ['{"a":1}\n', { a: 1 }],
    ['-2.5', -2.5],
    ['true', true],
    ['"x"', 'x'],
    ['trouble ahead', 'trouble ahead'],
    ['{broken', '{broken'],
    [' \n', null],
  ])('reads %j', (text, value) => expect(parseToolText(text)).toEqual(value));
});

describe('isTooDeep', () => {
  it('counts levels of lists and maps', () => {
    const nested = (levels: number) =>
      JSON.parse('['.repeat(levels) + ']'.repeat(levels));
    expect(isTooDeep(nested(500))).toBe(false);
    expect(isTooDeep(nested(502))).toBe(true);
    expect(isTooDeep('text')).toBe(false);
  });
});
