import { coerceArguments } from './coerceArguments';

function coerced(value: unknown, schema: unknown, required: string[] = []) {
  return coerceArguments(
    { it: value },
    { properties: { it: schema }, required },
  ).it;
}

describe('coerceArguments', () => {
  it.each<[unknown, unknown, unknown]>([
    ['3', { type: 'integer' }, 3],
    ['2.5', { type: 'integer' }, '2.5'],
    [' 1e3 ', { type: 'number' }, 1000],
    ['', { type: 'number' }, ''],
    ['YES', { type: 'boolean' }, true],
    [0, { type: 'boolean' }, false],
    [2, { type: 'boolean' }, 2],
    ['a', { type: 'array', items: { type: 'string' } }, ['a']],
    ['["1", 2]', { type: 'array', items: { type: 'integer' } }, [1, 2]],
    ['[broken', { type: 'array' }, ['[broken']],
    [
      '{"n": "1"}',
      { type: 'object', properties: { n: { type: 'integer' } } },
      { n: 1 },
    ],
    ['plain', { type: 'object' }, 'plain'],
    [' Red ', { enum: ['red', 'green'] }, 'red'],
    ['blue', { enum: ['red', 'green'] }, 'blue'],
    ['2', { type: 'integer', enum: [1, 2] }, 2],
    [5, { type: 'string' }, 5],
  ])('%j for %j becomes %j', (value, schema, expected) => {
    expect(coerced(value, schema)).toEqual(expected);
  });

  it('drops a null that need not be there', () => {
    expect(
      coerceArguments({ it: null, other: null }, { properties: { it: {} } }),
    ).toEqual({ other: null });
    expect(coerced(null, {}, ['it'])).toBeNull();
  });

  it('leaves JSON that is nested too deeply a text', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    expect(coerced(deep, { type: 'array' })).toEqual([deep]);
  });
});
