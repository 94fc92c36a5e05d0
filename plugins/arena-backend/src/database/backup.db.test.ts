import { Knex } from 'knex';
import knexFactory from 'knex';
import { dirname, join } from 'node:path';
import {
  createParts,
  TestClock,
  testPlan,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import {
  itemsOf,
  registerWorker,
  workThrough,
} from '../__testUtils__/workThrough';
import {
  createDatabase,
  eachDatabase,
} from '../store/__testUtils__/storeTestBed';
import { copyPostgres, copySqlite } from './__testUtils__/copyOnline';
import { configureDatabase } from './configureDatabase';
import { DatabaseId } from '../__testUtils__/databases';

jest.setTimeout(120_000);

const RUN = 'job-uid-1';
const PLAN = testPlan({ trials: 100 });

/** In memory there is nothing to back up. */
const kept = eachDatabase().filter(([id]) => id !== 'SQLITE_3');

describe.each(kept)('A backup of %s', databaseId => {
  let copy: Knex | undefined;

  afterEach(async () => {
    await copy?.destroy();
  });

  async function backUp(knex: Knex): Promise<Knex> {
    if (databaseId !== 'SQLITE_FILE') {
      return copyPostgres(knex, databaseId as DatabaseId);
    }
    const { filename } = knex.client.config.connection;
    const file = join(dirname(filename), 'copy.sqlite');
    await copySqlite(filename, file);
    const restored = knexFactory({
      client: 'better-sqlite3',
      connection: { filename: file },
      useNullAsDefault: true,
    });
    await configureDatabase(restored);
    return restored;
  }

  it('that is made while results come in goes on from there, with each item counted once', async () => {
    const knex = await createDatabase(databaseId);
    const clock = new TestClock();
    const before = createParts(knex, clock);
    await before.store.create(testRun({ plan: PLAN }));
    const token = await before.store.issueToken(RUN);
    await registerWorker(before.queue, RUN, 'old');

    // One lease is held over the backup; others come and go meanwhile.
    const held = await before.queue.lease(RUN, {
      workerId: 'old',
      capacity: 4,
    });
    if (held.state !== 'granted') throw new Error('There is work');
    const stopped = new AbortController();
    const writing = (async () => {
      for (;;) {
        const lease = await before.queue.lease(RUN, {
          workerId: 'old',
          capacity: 4,
        });
        if (lease.state !== 'granted') return;
        const { leaseId, fence } = lease;
        for (const { index, attempt } of itemsOf(lease)) {
          await before.queue.report(RUN, {
            workerId: 'old',
            leaseId,
            fence,
            results: [testReport(index, { attempt })],
          });
          await new Promise(done => setTimeout(done, 5));
        }
        if (stopped.signal.aborted) return;
      }
    })();
    try {
      while ((await before.store.head(RUN)).counters.passed < 20) {
        await new Promise(done => setTimeout(done, 5));
      }
      copy = await backUp(knex);
    } finally {
      stopped.abort();
    }
    await writing;
    // Certainly after the backup.
    const last = await before.queue.lease(RUN, {
      workerId: 'old',
      capacity: 4,
    });
    if (last.state !== 'granted') throw new Error('It ended too early');
    await before.queue.report(RUN, {
      workerId: 'old',
      leaseId: last.leaseId,
      fence: last.fence,
      results: itemsOf(last).map(({ index, attempt }) =>
        testReport(index, { attempt }),
      ),
    });

    const after = createParts(copy, clock);
    const restored = await after.store.get(RUN);
    const { passed } = restored.counters;
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThan((await before.store.head(RUN)).counters.passed);
    const { items } = await after.store.items(RUN, { limit: 500 });
    expect(items).toHaveLength(passed);
    expect(await after.store.matrix(RUN)).toMatchObject({
      cells: expect.anything(),
    });

    // A worker of before has a token that opens the copy too, a lease that the copy knows, and one that it does not.
    expect(await after.store.verifyToken(token)).toEqual({ runId: RUN });
    const [first] = itemsOf(held);
    const { leaseId, fence } = held;
    const report = {
      workerId: 'old',
      leaseId,
      fence,
      results: [testReport(first.index)],
    };
    expect(await after.queue.report(RUN, report)).toMatchObject({
      accepted: 1,
    });
    expect(await after.queue.report(RUN, report)).toMatchObject({
      accepted: 0,
      refused: [{ index: first.index, reason: 'counted before' }],
    });
    await expect(
      after.queue.report(RUN, {
        workerId: 'old',
        leaseId: last.leaseId,
        fence: last.fence,
        results: itemsOf(last).map(({ index }) => testReport(index)),
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect((await after.store.head(RUN)).counters.passed).toBe(passed + 1);

    clock.advance(60_000);
    await after.queue.expire();
    await workThrough(after.queue, clock, {
      runId: RUN,
      workerId: 'new',
      capacity: 50,
    });
    expect(await after.store.get(RUN)).toMatchObject({
      state: 'Closed',
      outcome: 'Completed',
      counters: { total: PLAN.total, passed: PLAN.total, failed: 0 },
    });
    const indexes: number[] = [];
    for await (const item of after.store.readItems(RUN)) {
      indexes.push(item.index);
    }
    expect(indexes).toEqual([...Array(PLAN.total).keys()]);
    expect(await after.store.verifyToken(token)).toBeUndefined();
  });
});
