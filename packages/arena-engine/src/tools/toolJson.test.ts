import { parseToolText } from './toolJson';

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
