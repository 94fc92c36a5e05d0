import { lowerCase } from './goText';

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
