import { MockPools } from './MockPools';

describe('MockPools', () => {
  const pools = MockPools.read({
    colour: ['red', 'green', 'blue'],
    number: { from: 1, to: 6 },
    nested: ['a {{colour}} one'],
  });

  it('chooses by the seed, the same for a name throughout', () => {
    const text = '{{colour}} {{ colour }} {{number}} {{unknown}}';
    const filled = pools.fill(text, 42);
    expect(filled).toBe(pools.fill(text, 42));
    expect(filled).toMatch(/^(red|green|blue) \1 [1-6] \{\{unknown\}\}$/);
    const all = Array.from({ length: 200 }, (_, seed) =>
      pools.fill('{{colour}}{{number}}', seed),
    );
    expect(new Set(all).size).toBe(18);
  });

  it('fills values within values', () => {
    expect(pools.fill('{{nested}}', 1)).toMatch(/^a (red|green|blue) one$/);
    const endless = MockPools.read({ again: ['{{again}}'] });
    expect(endless.fill('{{again}}', 1)).toBe('{{again}}');
  });

  it('leaves a text alone when the file has no pools', () => {
    expect(MockPools.NONE.fill('{{colour}}', 1)).toBe('{{colour}}');
  });

  it.each([
    ['an empty list', []],
    ['a list of lists', [['a']]],
    ['a range that ends before it begins', { from: 2, to: 1 }],
    ['a text', 'red'],
  ])('refuses %s', (_, value) => {
    expect(() => MockPools.read({ it: value })).toThrow(
      /pools.it is .*allowed are lists of texts and numbers, and \{from, to\}/,
    );
  });
});
