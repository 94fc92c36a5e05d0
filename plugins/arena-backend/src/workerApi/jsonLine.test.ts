import { jsonLine } from './jsonLine';

describe('jsonLine', () => {
  it('is one line for every reader, with the same value', () => {
    const value = { text: 'a\u2028b\u2029c\nd' };
    const line = jsonLine(JSON.stringify(value, null, 2));
    expect(line.slice(0, -1)).not.toMatch(/[\r\n\u2028\u2029]/);
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual(value);
  });
});
