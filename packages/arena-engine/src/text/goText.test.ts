import { goJson, lowerCase } from './goText';

describe('lower case', () => {
  it.each([
    ['ÄRGER', 'ärger'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['İSTANBUL', 'istanbul'],
    ['ẞ', 'ß'],
  ])('of %s is %s', (text, lower) => {
    expect(lowerCase(text)).toBe(lower);
  });

  it('is that of each character on its own', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const alone = String.fromCodePoint(
        character.toLowerCase().codePointAt(0) ?? 0,
      );
      if (lowerCase(`a${character}`) !== `a${alone}`) wrong.push(character);
    }
    expect(wrong).toEqual([]);
  });
});

describe('JSON', () => {
  it('has its keys in the order of their bytes, numbers included', () => {
    const value = { z: [], 9: { b: 1, 10: [2, {}] }, 10: '<', a: undefined };
    expect(goJson(value)).toBe(
      '{"10":"\\u003c","9":{"10":[2,{}],"b":1},"z":[]}',
    );
    expect(goJson({ 9: [1], 10: {} }, 2)).toBe(
      '{\n  "10": {},\n  "9": [\n    1\n  ]\n}',
    );
    expect(goJson({ b: [1], a: {} }, 2)).toBe(
      '{\n  "a": {},\n  "b": [\n    1\n  ]\n}',
    );
  });
});
