import { DatabaseId, databases } from '../__testUtils__/databases';
import { createParts, TestClock, testReport } from '../__testUtils__/runs';
import { workThrough } from '../__testUtils__/workThrough';
import { ScheduleHistory } from '../schedules/ScheduleHistory';
import {
  createSqliteFile,
  createStore,
  eachDatabase,
} from '../store/__testUtils__/storeTestBed';
import {
  DONE,
  insertJob,
  insertRun,
  ITEMS,
  migrateTo,
  RELEASES,
} from './__testUtils__/earlierReleases';
import { applyMigrations } from './applyMigrations';
import { configureDatabase } from './configureDatabase';

jest.setTimeout(120_000);

const emptyDatabase = async (databaseId: string) => {
  const knex =
    databaseId === 'SQLITE_FILE'
      ? await createSqliteFile()
      : await databases.init(databaseId as DatabaseId);
  await configureDatabase(knex);
  return knex;
};

describe.each(eachDatabase())('An upgrade on %s', databaseId => {
  it('goes on with the runs of every earlier release, and counts each item once', async () => {
    const knex = await emptyDatabase(databaseId);
    const clock = new TestClock();
    const now = clock.now().getTime();
    for (const release of RELEASES) {
      await migrateTo(knex, release);
      await insertRun(knex, { id: release, token: `token-${release}`, now });
    }
    await applyMigrations(knex);
    const { store, queue } = createParts(knex, clock);

    const open = await store.openRuns({ cluster: 'embedded' });
    expect(open.map(({ runId }) => runId).sort()).toEqual([...RELEASES].sort());
    for (const id of RELEASES) {
      expect(await store.verifyToken(`token-${id}`)).toEqual({ runId: id });
      const run = await store.get(id);
      expect(run).toMatchObject({
        state: 'Running',
        labels: { team: 'a' },
        counters: { ...DONE, total: ITEMS, inputTokens: 800, cost: 2 },
      });
      const { items } = await store.items(id, { limit: 50 });
      expect(items.map(({ index }) => index)).toEqual([...Array(8).keys()]);
      expect(items.map(({ status }) => status)).toEqual([
        ...Array(6).fill('passed'),
        'failed',
        'errored',
      ]);
      expect(items[7].error).toMatchObject({ class: 'timeout' });
      const { cells } = await store.matrix(id);
      const sum = (key: 'passed' | 'failed' | 'errored') =>
        cells.reduce((total, cell) => total + cell[key], 0);
      expect([sum('passed'), sum('failed'), sum('errored')]).toEqual([6, 1, 1]);
      const { items: statistics } = await store.statistics(id, { limit: 50 });
      expect(statistics.length).toBeGreaterThan(0);
    }

    // The worker of before still reports what it had; then it falls silent.
    for (const id of RELEASES) {
      const response = await queue.report(id, {
        workerId: 'old',
        leaseId: `lease-${id}`,
        fence: 4,
        results: [testReport(8)],
      });
      expect(response).toMatchObject({ accepted: 1, refused: [] });
    }
    clock.advance(60_000);
    expect(await queue.expire()).toBe(RELEASES.length);

    for (const id of RELEASES) {
      await workThrough(queue, clock, { runId: id, workerId: 'new' });
      expect(await store.get(id)).toMatchObject({
        state: 'Closed',
        outcome: 'Completed',
        counters: {
          total: ITEMS,
          passed: ITEMS - DONE.failed - DONE.errored,
          failed: DONE.failed,
          errored: DONE.errored,
          inputTokens: 100 * ITEMS,
          cost: 0.25 * ITEMS,
        },
      });
      const { items } = await store.items(id, { limit: 50 });
      expect(items.map(({ index }) => index)).toEqual([...Array(ITEMS).keys()]);
      expect(items[11].attempt).toBe(2);
    }
  });

  it('keeps objects, schedules and verdicts, and fills what is new of them', async () => {
    const knex = await emptyDatabase(databaseId);
    const clock = new TestClock();
    const now = clock.now().getTime();
    for (const release of RELEASES) {
      await migrateTo(knex, release);
      if (release === RELEASES[0]) {
        await insertJob(knex, {
          name: 'first',
          creator: 'user:default/Anna',
          now,
        });
        await insertRun(knex, { id: 'first', token: 'first', now });
      }
      if (release.endsWith('_schedules.js')) {
        await knex('schedules').insert({
          job_uid: 'uid-first',
          cluster: 'embedded',
          namespace: 'default',
          name: 'first',
          handled_until: now,
          expression: '* * * * * UTC',
          suspended: false,
          waiting_for: null,
        });
        await knex('schedule_fires').insert({
          job_uid: 'uid-first',
          first_at: now - 60_000,
          last_at: now - 60_000,
          count: 1,
          outcome: 'Started',
          child: 'first-child',
        });
      }
      if (release.endsWith('_8_verdicts.js')) {
        const { seq } = await knex('runs').first('seq');
        await knex('run_verdicts').insert({
          run_seq: seq,
          cluster: 'embedded',
          namespace: 'default',
          series: 'first',
          phase: 'Failed',
          reason: 'TestsFailed',
          whole: true,
          revision: '1',
          source_uid: 'source-uid',
          arena_file: 'config.arena.yaml',
          cells: 4,
          flaky_cells: 0,
          inputs: '{}',
        });
      }
    }
    await applyMigrations(knex);
    const store = createStore(knex, { clock });
    const key = { namespace: 'default', name: 'first' };
    const job = await store.resources.get('ArenaJob', key);
    expect(job.status).toMatchObject({ phase: 'Running' });
    const changed = await store.resources.update({
      ...job,
      spec: { ...job.spec, trials: 2 },
    } as typeof job);
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(1);
    expect(
      await knex('resources').where({ name: 'first' }).first('creator'),
    ).toEqual({ creator: 'user:default/anna' });

    const history = new ScheduleHistory(knex);
    expect(await history.knownFrom('uid-first')).toBe(now - 60_000);
    expect(await history.running('uid-first')).toEqual([now - 60_000]);

    expect(await knex('run_verdicts').first('source_name')).toEqual({
      source_name: 'source',
    });
    expect(await knex('run_plans').first('source_digest')).toEqual({
      source_digest: `sha256:${'0'.repeat(64)}`,
    });
  });

  it('is not undone by an older release: that does not start', async () => {
    const knex = await emptyDatabase(databaseId);
    await applyMigrations(knex);
    // What a later release has left.
    await knex('knex_migrations').insert({
      name: '20991231_1_later.js',
      batch: 2,
      migration_time: new Date(),
    });
    await expect(applyMigrations(knex)).rejects.toThrow('20991231_1_later.js');
  });
});
