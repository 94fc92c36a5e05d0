import { Scope } from './Scope';

const scope = new Scope(
  { size: 3, tags: ['a', { deep: null }], name: '<Ann>' },
  new Map<string, unknown>([
    ['ask', 'text'],
    ['count', { n: 1_500_000 }],
  ]),
);

describe('Scope', () => {
  it.each([
    ['${input.size}', 3],
    ['${input.tags}', ['a', { deep: null }]],
    ['${input.tags.1.deep}', null],
    ['${ count.output.n }', 1_500_000],
    ['${ask.output}', 'text'],
    ['no reference', 'no reference'],
    [true, true],
  ])('gives %j its value, whatever type it is of', (text, expected) => {
    expect(scope.resolve(text)).toEqual(expected);
  });

  it('puts values into texts: texts as they are, everything else as JSON', () => {
    expect(
      scope.resolve(
        '${input.name}: ${input.size} of ${count.output} ${ask.output}',
      ),
    ).toBe('<Ann>: 3 of {"n":1500000} text');
  });

  it('resolves references at any depth', () => {
    expect(scope.resolve({ list: [{ size: '${input.size}' }, 1] })).toEqual({
      list: [{ size: 3 }, 1],
    });
  });

  it.each([
    '${input.missing}',
    '${input.tags.2}',
    '${ask.output.kind}',
    '${ask.kind}',
    '${later.output}',
    '${input.constructor}',
  ])('says of %s that it leads nowhere', reference => {
    expect(() => scope.resolve(`see ${reference}`)).toThrow(
      /leads nowhere: there are input, ask, count/,
    );
    expect(scope.find(reference)).toBeUndefined();
  });
});
