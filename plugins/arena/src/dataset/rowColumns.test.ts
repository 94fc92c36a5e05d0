import { rowColumns, shortValue } from './rowColumns';

describe('rowColumns', () => {
  it('are the commonest fields, in order of appearance', () => {
    expect(
      rowColumns([
        { rare: 1, subject: 'a', body: 'b' },
        { subject: 'c', body: 'd' },
      ]),
    ).toEqual(['subject', 'body', 'rare']);
    const wide = Object.fromEntries(
      Array.from({ length: 20 }, (_, n) => [`f${n}`, n]),
    );
    expect(rowColumns([wide])).toHaveLength(6);
  });

  it('have values of one line', () => {
    expect(shortValue('a\n  b')).toBe('a b');
    expect(shortValue({ a: [1, null] })).toBe('{"a":[1,null]}');
    expect(shortValue(undefined)).toBe('–');
    expect(shortValue('x'.repeat(500))).toHaveLength(141);
  });
});
