import { mockLogger } from '../__testUtils__/mockLogger';
import { Knex } from 'knex';
import { Readable } from 'node:stream';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testReport,
  testRun,
  testTranscript,
} from '../__testUtils__/runs';
import { isSqlite } from '../database/configureDatabase';
import { runReferences } from '../services/runReferences';
import { DatabaseSnapshotStore } from '../snapshots/DatabaseSnapshotStore';
import { SnapshotGarbageCollector } from '../snapshots/SnapshotGarbageCollector';
import { deleteRun } from './deleteRun';
import { pruneRuns } from './pruneRuns';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const RUN = 'job-uid-1';

describe.each(databases.eachSupportedId())('results on %s', id => {
  it('stay without their job until their time is over, and leave nothing behind then', async () => {
    const { knex, clock, store, queue, transcripts } = await setupRuns(id);
    const logger = mockLogger();
    const snapshots = new DatabaseSnapshotStore({ knex, clock });
    const collector = new SnapshotGarbageCollector({
      snapshots,
      clock,
      logger,
      references: [runReferences(knex)],
    });
    const bundle = await snapshots.put(Readable.from(['bundle']));
    const report = await snapshots.put(Readable.from(['report']));
    const { name, uid, revision } = testPins().source;
    const source = { name, uid, revision, digest: bundle.digest };
    // There is no job: these services never ask for one.
    await store.create(testRun({ pins: testPins({ source }) }));
    await queue.register(RUN, {
      protocolVersion: 1,
      workerId: 'w',
      engineVersion: '0.1.0',
      host: 'h',
    });
    const lease = await queue.lease(RUN, { workerId: 'w', capacity: 100 });
    if (lease.state !== 'granted') throw new Error(lease.state);
    await queue.report(RUN, {
      workerId: 'w',
      leaseId: lease.leaseId,
      fence: lease.fence,
      results: [testReport(0, { transcript: testTranscript('hello') })],
    });
    await store.addReport(RUN, {
      name: 'results.json',
      contentType: 'application/json',
      ...report,
    });
    await store.close(RUN, { outcome: 'Completed', finalize: false });

    const days = {
      transcriptDays: 30,
      resultDays: 365,
      kept: new Set<string>(),
    };
    clock.advance(29 * DAY_MS);
    await pruneRuns(knex, clock, days);
    await collector.collect();
    expect(await transcripts.read(RUN, 0)).toBeDefined();
    clock.advance(335 * DAY_MS);
    await pruneRuns(knex, clock, days);
    await collector.collect();
    await expect(transcripts.read(RUN, 0)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    expect(await store.get(RUN)).toMatchObject({ counters: { passed: 1 } });
    expect((await store.items(RUN, {})).items).toHaveLength(1);
    expect(await snapshots.has(bundle.digest)).toBe(true);
    expect(await snapshots.has(report.digest)).toBe(true);

    clock.advance(2 * DAY_MS);
    expect(await pruneRuns(knex, clock, days)).toMatchObject({ runs: 1 });
    await collector.collect();
    await expect(store.get(RUN)).rejects.toThrow('does not exist');
    expect(await snapshots.has(bundle.digest)).toBe(false);
    expect(await snapshots.has(report.digest)).toBe(false);
    for (const table of await tablesOfRuns(knex)) {
      expect([table, await knex(table).select('run_seq')]).toEqual([table, []]);
    }
  });

  it('are deleted from every table that has any, also where foreign keys are not enforced', async () => {
    const { knex, store } = await setupRuns(id);
    const tables = await tablesOfRuns(knex);
    expect(tables).toEqual(
      expect.arrayContaining([
        'run_items',
        'run_transcripts',
        'run_load_slices',
        'run_load_snapshots',
        'run_rows',
        'run_rejects',
      ]),
    );
    await store.create(testRun());
    await store.create(testRun({ id: 'other-1', jobUid: 'other' }));
    const runs = await knex('runs').orderBy('seq').select('seq');
    for (const { seq } of runs) {
      for (const table of tables) await fill(knex, table, seq);
    }
    if (isSqlite(knex)) await knex.raw('PRAGMA foreign_keys = OFF');
    await deleteRun(knex, RUN);
    for (const table of tables) {
      const left = await knex(table).distinct('run_seq');
      expect([table, left]).toEqual([table, [{ run_seq: runs[1].seq }]]);
    }
  });
});

/** All tables whose rows belong to a run. */
async function tablesOfRuns(knex: Knex): Promise<string[]> {
  const rows: Array<{ name: string }> = isSqlite(knex)
    ? await knex('sqlite_master').where({ type: 'table' }).select('name')
    : await knex('information_schema.tables')
        .where({ table_schema: knex.raw('current_schema()') })
        .select({ name: 'table_name' });
  const found: string[] = [];
  for (const { name } of rows) {
    if (await knex.schema.hasColumn(name, 'run_seq')) found.push(name);
  }
  return found.sort();
}

/** Puts a row into a table, unless the run has one there. */
async function fill(knex: Knex, table: string, seq: number): Promise<void> {
  if (await knex(table).where({ run_seq: seq }).first()) return;
  const columns = await knex(table).columnInfo();
  const row: Record<string, unknown> = {};
  for (const [name, { type, nullable, defaultValue }] of Object.entries(
    columns,
  )) {
    const isGiven = nullable || (defaultValue ?? null) !== null;
    if (name === 'run_seq') row[name] = seq;
    else if (!isGiven || /_hash$|_id$/.test(name)) {
      row[name] = valueOf(type, seq);
    }
  }
  await knex(table).insert(row);
}

function valueOf(type: string, seq: number): unknown {
  if (/bool/i.test(type)) return true;
  if (/blob|bytea/i.test(type)) return Buffer.from('x');
  if (/char|text/i.test(type)) return `x${seq}`;
  return seq;
}
