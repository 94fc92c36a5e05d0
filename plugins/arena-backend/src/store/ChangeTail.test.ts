import { GoneError } from '@backstage-arena/plugin-arena-node';
import { ChangeTail } from './ChangeTail';
import { ChangeRow, ChangeSelection } from './operations/readChanges';

function row(version: number): ChangeRow {
  return {
    resource_version: String(version),
    kind: ['ArenaJob', 'ArenaSource', 'Event'][version % 3],
    namespace: version % 2 ? 'odd' : 'even',
    type: 'MODIFIED',
    document: 'x'.repeat(100),
  };
}

describe('ChangeTail', () => {
  function setUp(options: { maxRows?: number; maxBytes?: number } = {}) {
    const loads: [number, number][] = [];
    let compacted = 0;
    const tail = new ChangeTail({
      ...options,
      load: async (after, until) => {
        loads.push([after, until]);
        await new Promise(resolve => setImmediate(resolve));
        if (after < compacted) {
          throw new GoneError('gone');
        }
        return Array.from({ length: until - after }, (_, i) =>
          row(after + i + 1),
        );
      },
    });
    const read = async (
      after: number,
      until: number,
      selection: ChangeSelection = { kind: 'all and events' },
      limit = 100,
    ) =>
      (await tail.read({ ...selection, after, until, limit }))?.map(r =>
        Number(r.resource_version),
      );
    return { loads, read, compactTo: (v: number) => (compacted = v) };
  }

  it('reads each change once for any number of followers', async () => {
    const { loads, read } = setUp();
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, i) => read(i % 5, 5)),
    );
    expect(loads).toEqual([[0, 5]]);
    expect(all[0]).toEqual([1, 2, 3, 4, 5]);
    expect(all[3]).toEqual([4, 5]);
    await Promise.all([read(5, 6), read(5, 8), read(5, 7)]);
    expect(loads.slice(1)).toEqual([
      [5, 6],
      [6, 8],
    ]);
    expect(await read(5, 8)).toEqual([6, 7, 8]);
  });

  it('selects, and stops at the limit and at the version asked for', async () => {
    const { read } = setUp();
    expect(await read(0, 9, { kind: 'ArenaJob' })).toEqual([3, 6, 9]);
    expect(await read(0, 9, { kind: 'all' })).toEqual([1, 3, 4, 6, 7, 9]);
    expect(await read(0, 9, { kind: 'all', namespace: 'odd' })).toEqual([
      1, 3, 7, 9,
    ]);
    expect(await read(2, 5)).toEqual([3, 4, 5]);
    expect(await read(2, 9, { kind: 'all' }, 2)).toEqual([3, 4]);
    expect(await read(9, 9)).toEqual([]);
  });

  it('sends those who are far behind to the database', async () => {
    const { read, loads } = setUp({ maxRows: 10 });
    expect(await read(0, 8)).toHaveLength(8);
    expect(await read(8, 15)).toHaveLength(7);
    expect(await read(5, 15)).toHaveLength(10);
    expect(await read(4, 15)).toBeUndefined();
    // After a long silence it begins anew instead of reading all that it missed.
    expect(await read(15, 100)).toBeUndefined();
    expect(loads).toEqual([
      [0, 8],
      [8, 15],
    ]);
    expect(await read(100, 102)).toEqual([101, 102]);
  });

  it('is bounded in bytes', async () => {
    const { read } = setUp({ maxBytes: 550 });
    await read(0, 20);
    expect(await read(15, 20)).toEqual([16, 17, 18, 19, 20]);
    expect(await read(14, 20)).toBeUndefined();
  });

  it('begins anew where history was forgotten under it', async () => {
    const { read, compactTo } = setUp();
    compactTo(3);
    expect(await read(0, 5)).toBeUndefined();
    expect(await read(5, 6)).toEqual([6]);
  });
});
