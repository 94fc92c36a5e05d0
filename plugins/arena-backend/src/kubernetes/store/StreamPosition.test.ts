import { readPosition, writePosition } from './StreamPosition';

const STREAMS = ['ArenaJob/a', 'ArenaJob/b', 'Event/a'];

describe('StreamPosition', () => {
  it('is the version of the API server when there is one stream', () => {
    expect(writePosition(['ArenaJob/'], new Map([['ArenaJob/', '123']]))).toBe(
      '123',
    );
    expect(readPosition('123', ['ArenaJob/'])).toEqual(
      new Map([['ArenaJob/', '123']]),
    );
    expect(writePosition(['ArenaJob/'], new Map())).toBe('0');
  });

  it.each([
    [{ 'ArenaJob/a': '10', 'ArenaJob/b': '7', 'Event/a': '123456' }],
    [{ 'ArenaJob/b': '9007199254740993001' }],
    [{}],
  ])('carries %j in a short text', versions => {
    const position = new Map(Object.entries(versions));
    const text = writePosition(STREAMS, position);
    expect(readPosition(text, STREAMS)).toEqual(position);
  });

  it('stays short with many streams', () => {
    const streams = Array.from({ length: 140 }, (_, i) => `ArenaJob/team-${i}`);
    const position = new Map(
      streams.map((s, i) => [s, String(987_654_321 + i * 37)]),
    );
    expect(writePosition(streams, position).length).toBeLessThan(700);
  });

  it('takes a plain version for all streams', () => {
    expect([...readPosition('5', STREAMS).values()]).toEqual(['5', '5', '5']);
  });

  it('is not taken for that of other streams', () => {
    const text = writePosition(STREAMS, new Map([['ArenaJob/a', '10']]));
    expect(() =>
      readPosition(text, ['ArenaJob/a', 'ArenaJob/c', 'Event/a']),
    ).toThrow('of other namespaces');
  });

  it.each([
    '',
    'x',
    '-1',
    '01',
    '1e3',
    '12345678.1',
    '12345678.x.1.1.1',
    '12345678.1.!.1.1',
  ])('refuses %j', text => {
    expect(() => readPosition(text, STREAMS)).toThrow(
      `resourceVersion: Invalid value: "${text}"`,
    );
  });
});
