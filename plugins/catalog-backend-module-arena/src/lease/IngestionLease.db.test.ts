import { TestDatabaseId, TestDatabases } from '@backstage/backend-test-utils';
import { setTimeout as sleep } from 'node:timers/promises';
import { IngestionLease } from './IngestionLease';

jest.setTimeout(120_000);

const TTL_MS = 600_000;

// As those of the backend: SQLite by default, others by name in ARENA_TEST_DATABASES.
const databases = TestDatabases.create({
  ids: (process.env.ARENA_TEST_DATABASES ?? 'SQLITE_3').split(
    ',',
  ) as TestDatabaseId[],
});

describe.each(databases.eachSupportedId())('IngestionLease on %s', id => {
  it('is held by one replica at a time, and by the next one after it is released or not renewed', async () => {
    const knex = await databases.init(id);
    let time = 1_000_000;
    const lease = (holder: string) =>
      new IngestionLease({
        knex,
        holder,
        // So long that none is renewed by itself within the test.
        ttlMs: TTL_MS,
        now: () => time,
        monotonic: () => time,
      });
    const [one, two] = [lease('one'), lease('two')];

    const first = await Promise.all([one.hold(), two.hold()]);
    expect(first.filter(Boolean)).toHaveLength(1);
    const [holder, other] = first[0] ? [one, two] : [two, one];
    expect([holder.isHeld, other.isHeld]).toEqual([true, false]);

    time += 0.9 * TTL_MS;
    expect(await holder.hold()).toBe(true);
    expect(holder.term).toBe(1);
    time += 0.9 * TTL_MS;
    expect(await other.hold()).toBe(false);
    expect(holder.isHeld).toBe(true);

    // One that is cut off knows by itself when it has lost the lease.
    time += 0.1 * TTL_MS;
    expect(holder.isHeld).toBe(false);
    expect(await other.hold()).toBe(true);
    expect(await holder.hold()).toBe(false);

    await other.release();
    expect(other.isHeld).toBe(false);
    expect(await holder.hold()).toBe(true);
    // Somebody else had it meanwhile.
    expect(holder.term).toBe(2);
    // What it no longer has it cannot give away.
    await other.release();
    expect(await other.hold()).toBe(false);
    await holder.release();
  });

  it('is renewed by itself until it is released', async () => {
    const knex = await databases.init(id);
    const ttlMs = 600;
    const one = new IngestionLease({ knex, holder: 'one', ttlMs });
    const two = new IngestionLease({ knex, holder: 'two', ttlMs });
    expect(await one.hold()).toBe(true);
    for (let n = 0; n < 10; n += 1) {
      await sleep(200);
      expect(await two.hold()).toBe(false);
    }
    expect([one.isHeld, one.term]).toEqual([true, 1]);
    await one.release();
    await sleep(400);
    expect(await two.hold()).toBe(true);
    await two.release();
  });
});
