import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { mockLogger } from '../__testUtils__/mockLogger';
import { Knex } from 'knex';
import {
  createDatabase,
  eachDatabase,
  TestClock,
} from '../store/__testUtils__/storeTestBed';
import { DatabaseSnapshotStore } from './DatabaseSnapshotStore';
import { SnapshotGarbageCollector } from './SnapshotGarbageCollector';

jest.setTimeout(60_000);

const HOUR = 3_600_000;

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Cut in a way that no chunk knows of. */
function stream(content: Buffer): Readable {
  const parts: Buffer[] = [];
  for (let i = 0, step = 1; i < content.length; i += step, step += 7) {
    parts.push(content.subarray(i, i + step));
  }
  return Readable.from(parts);
}

async function counts(knex: Knex): Promise<number[]> {
  return Promise.all(
    ['snapshots', 'snapshot_uploads', 'snapshot_chunks'].map(
      async table => (await knex(table).select()).length,
    ),
  );
}

describe.each(eachDatabase())('DatabaseSnapshotStore on %s', databaseId => {
  async function setUp(options: { chunkSize?: number; maxSize?: number } = {}) {
    const knex = await createDatabase(databaseId);
    const clock = new TestClock();
    const snapshots = new DatabaseSnapshotStore({ knex, clock, ...options });
    return { knex, clock, snapshots };
  }

  it('gives back what was put, whole and by range', async () => {
    const { snapshots, knex } = await setUp({ chunkSize: 100 });
    const content = randomBytes(1_234);
    const info = await snapshots.put(stream(content));
    expect(info).toEqual({ digest: digestOf(content), size: 1_234 });
    expect(await counts(knex)).toEqual([1, 0, 13]);

    const read = async (range?: { start: number; end?: number }) =>
      buffer((await snapshots.open(info.digest, range)).content);
    expect((await read()).equals(content)).toBe(true);
    for (const [start, end] of [
      [0, 0],
      [0, 99],
      [99, 100],
      [100, 199],
      [57, 933],
      [1_233, 1_233],
      [1_000, 9_999],
    ]) {
      const part = await read({ start, end });
      expect(part.equals(content.subarray(start, end + 1))).toBe(true);
    }
    expect((await read({ start: 1_200 })).length).toBe(34);
    for (const range of [
      { start: 1_234 },
      { start: -1 },
      { start: 5, end: 4 },
      { start: 0.5 },
    ]) {
      await expect(read(range)).rejects.toMatchObject({ name: 'InputError' });
    }
  });

  it('stores equal content once, also when it comes at the same time', async () => {
    const { snapshots, knex } = await setUp({ chunkSize: 64 });
    const content = randomBytes(1_000);
    const infos = await Promise.all(
      Array.from({ length: 8 }, () => snapshots.put(stream(content))),
    );
    expect(new Set(infos.map(info => info.digest)).size).toBe(1);
    expect(await counts(knex)).toEqual([1, 0, 16]);
    const { content: read } = await snapshots.open(infos[0].digest);
    expect((await buffer(read)).equals(content)).toBe(true);
  });

  it('takes empty content', async () => {
    const { snapshots } = await setUp();
    const info = await snapshots.put(Readable.from([]));
    expect(info.size).toBe(0);
    const { content } = await snapshots.open(info.digest);
    expect((await buffer(content)).length).toBe(0);
  });

  it('leaves nothing behind of a stream that breaks off', async () => {
    const { snapshots, knex } = await setUp({ chunkSize: 10 });
    const broken = Readable.from(
      (async function* content() {
        yield randomBytes(55);
        throw new Error('the network is gone');
      })(),
    );
    await expect(snapshots.put(broken)).rejects.toThrow('the network is gone');
    expect(await counts(knex)).toEqual([0, 0, 0]);
  });

  it('refuses content that is too large, and reads no further', async () => {
    const { snapshots, knex } = await setUp({ chunkSize: 10, maxSize: 100 });
    let read = 0;
    const endless = Readable.from(
      (async function* content() {
        for (;;) {
          read += 10;
          yield randomBytes(10);
        }
      })(),
    );
    await expect(snapshots.put(endless)).rejects.toThrow(
      'larger than 100 bytes',
    );
    expect(endless.destroyed).toBe(true);
    expect(read).toBeLessThan(1_000);
    expect(await counts(knex)).toEqual([0, 0, 0]);
  });

  it('says so when there is no such snapshot', async () => {
    const { snapshots } = await setUp();
    const digest = digestOf(Buffer.from('nothing'));
    expect(await snapshots.has(digest)).toBe(false);
    expect(await snapshots.has('\0')).toBe(false);
    await expect(snapshots.open(digest)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    await expect(snapshots.delete(digest)).resolves.toBeUndefined();
  });

  it('never passes off half a snapshot as a whole one', async () => {
    const { snapshots, knex } = await setUp({ chunkSize: 10 });
    const { digest } = await snapshots.put(stream(randomBytes(100)));
    const { content } = await snapshots.open(digest);
    await snapshots.delete(digest);
    expect(await counts(knex)).toEqual([0, 0, 0]);
    await expect(buffer(content)).rejects.toThrow('was deleted while');
  });

  it('clears away what a killed process left, and nothing that is still written', async () => {
    const { snapshots, knex, clock } = await setUp({ chunkSize: 10 });
    // As after kill -9: rows of an upload that nobody ends.
    await knex('snapshot_uploads').insert({
      content_id: 'dead',
      touched_at: clock.time,
    });
    await knex('snapshot_chunks').insert({
      content_id: 'dead',
      position: 0,
      content: Buffer.from('x'),
    });
    const { digest } = await snapshots.put(stream(randomBytes(50)));
    expect(await snapshots.deleteAbandoned()).toBe(0);
    clock.advance(HOUR + 1);

    // This one took long to begin with, but writes.
    let release = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const slow = snapshots.put(
      Readable.from(
        (async function* content() {
          yield randomBytes(25);
          await gate;
          yield randomBytes(25);
        })(),
      ),
    );
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(await snapshots.deleteAbandoned()).toBe(1);
    release();
    const { digest: second } = await slow;
    expect(await snapshots.has(digest)).toBe(true);
    expect(await snapshots.has(second)).toBe(true);
    expect(await counts(knex)).toEqual([2, 0, 10]);
  });

  it('fails an upload that was cleared away, and leaves nothing of it', async () => {
    const { snapshots, knex, clock } = await setUp({ chunkSize: 10 });
    const content = Readable.from(
      (async function* parts() {
        yield randomBytes(25);
        // What came before may still be on its way, and counts as written when it gets there.
        let cleared = 0;
        while (cleared === 0) {
          clock.advance(2 * HOUR);
          cleared = await snapshots.deleteAbandoned();
        }
        yield randomBytes(25);
      })(),
    );
    await expect(snapshots.put(content)).rejects.toThrow('abandoned');
    expect(await counts(knex)).toEqual([0, 0, 0]);
  });

  describe('SnapshotGarbageCollector', () => {
    async function* digests(...values: string[]) {
      yield* values;
    }

    it('deletes what is not referred to after the grace period alone', async () => {
      const { snapshots, clock } = await setUp();
      const put = async () =>
        (await snapshots.put(stream(randomBytes(20)))).digest;
      const [source, run, unused, opened, again] = [
        await put(),
        await put(),
        await put(),
        await put(),
        await put(),
      ];
      const collector = new SnapshotGarbageCollector({
        snapshots,
        references: [() => digests(source), () => digests(run)],
        clock,
        logger: mockLogger(),
      });
      clock.advance(HOUR / 2);
      expect(await collector.collect()).toBe(0);
      (await snapshots.open(opened)).content.destroy();
      clock.advance(HOUR / 2 + 1);
      const late = await put();
      expect(await collector.collect()).toBe(2);
      const left = async () =>
        Promise.all(
          [source, run, unused, opened, again, late].map(d => snapshots.has(d)),
        );
      expect(await left()).toEqual([true, true, false, true, false, true]);
    });

    it('protects content that is put again', async () => {
      const { snapshots, clock } = await setUp();
      const content = randomBytes(20);
      const { digest } = await snapshots.put(stream(content));
      const collector = new SnapshotGarbageCollector({
        snapshots,
        references: [],
        clock,
        logger: mockLogger(),
      });
      clock.advance(2 * HOUR);
      await snapshots.put(stream(content));
      expect(await collector.collect()).toBe(0);
      clock.advance(2 * HOUR);
      expect(await collector.collect()).toBe(1);
      expect(await snapshots.has(digest)).toBe(false);
    });

    it('deletes nothing when it cannot know what is in use', async () => {
      const { snapshots, clock } = await setUp();
      const { digest } = await snapshots.put(stream(randomBytes(20)));
      const collector = new SnapshotGarbageCollector({
        snapshots,
        references: [
          async function* broken(): AsyncGenerator<string> {
            throw new Error('no answer');
          },
        ],
        clock,
        logger: mockLogger(),
      });
      clock.advance(2 * HOUR);
      await expect(collector.collect()).rejects.toThrow('no answer');
      expect(await snapshots.has(digest)).toBe(true);
    });
  });
});
