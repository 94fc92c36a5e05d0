import { RunItem, RunItemsQuery } from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPlan,
  testReport,
  testRun,
  testTranscript,
} from '../__testUtils__/runs';
import { isPostgres } from '../database/configureDatabase';
import { finishedItem } from '../queue/finishedItem';
import { insertItems } from '../queue/insertItems';
import { sumDeltas } from '../queue/counterDelta';
import { upsertCells } from '../queue/upsertCells';
import { noRedactor } from '../transcripts/createRedactor';
import { DatabaseRunStore } from './DatabaseRunStore';
import { PlannedRuns } from './PlannedRun';
import { pruneRuns } from './pruneRuns';

jest.setTimeout(120_000);

const RUN = 'job-uid-1';

/** Results with many equal values, so that pages must be told apart by index. */
async function fill(knex: Knex, runId: string, count: number): Promise<void> {
  const run = await new PlannedRuns(knex).get(runId);
  const items = Array.from({ length: count }, (_, index) =>
    finishedItem(
      run,
      testReport(index, {
        status: (['passed', 'passed', 'failed', 'errored'] as const)[
          (index * 7) % 4
        ],
        durationMs: ((index * 37) % 23) + 0.5,
        cost: ((index * 11) % 5) / 8,
        outputTokens: (index * 13) % 17,
      }),
      { now: 1_000 + ((index * 3) % 29), redact: noRedactor },
    ),
  );
  await knex.transaction(async tx => {
    for (let start = 0; start < count; start += 500) {
      await insertItems(tx, {
        runSeq: run.seq,
        items: items.slice(start, start + 500),
      });
    }
    await upsertCells(tx, {
      runSeq: run.seq,
      version: 2,
      cells: sumDeltas(items).cells,
    });
  });
}

async function allPages(store: DatabaseRunStore, query: RunItemsQuery) {
  const items: RunItem[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.items(RUN, { ...query, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return items;
}

async function explain(knex: Knex, work: () => Promise<unknown>) {
  const statements: Array<{ sql: string; bindings: readonly Knex.Value[] }> =
    [];
  const listener = (query: { sql: string; bindings: Knex.Value[] }) => {
    if (
      query.sql.includes('from "run_items"') ||
      query.sql.includes('from `run_items`')
    ) {
      statements.push(query);
    }
  };
  knex.on('query', listener);
  await work();
  knex.removeListener('query', listener);
  const plans: string[] = [];
  for (const { sql, bindings } of statements) {
    const prefix = isPostgres(knex) ? 'explain ' : 'explain query plan ';
    // The driver's placeholders are understood by `raw` only as question marks.
    const text = prefix + sql.replace(/\$\d+/g, '?');
    const result = await knex.raw(text, bindings);
    plans.push(JSON.stringify(result.rows ?? result));
  }
  return plans;
}

describe.each(databases.eachSupportedId())('DatabaseRunStore on %p', id => {
  it('creates a run of many items that lie apart', async () => {
    const { store } = await setupRuns(id);
    const plan = testPlan({ trials: 200 });
    const items = Array.from({ length: plan.total / 2 }, (_, i) => 2 * i);
    const { counters } = await store.create(testRun({ plan, items }));
    expect(counters.total).toBe(items.length);
    expect(items.length).toBeGreaterThan(1_000);
  });

  it('creates a run once', async () => {
    const { store, clock } = await setupRuns(id);
    const first = await store.create(testRun());
    expect(first).toMatchObject({
      id: RUN,
      state: 'Running',
      backlog: 20,
      leased: 0,
      counters: { total: 20, pending: 20 },
    });
    clock.advance(1_000);
    const [again, parallel] = await Promise.all([
      store.create(testRun({ jobName: 'other' })),
      store.create(testRun({ id: 'job-uid-2' })),
      store.create(testRun({ id: 'job-uid-2' })),
    ]);
    expect(again).toEqual(first);
    expect(parallel.id).toBe('job-uid-2');
    expect(await store.get(RUN)).toMatchObject({
      jobName: 'job',
      creator: 'user:default/guest',
      labels: { team: 'a' },
      createdAt: '2026-11-23T00:00:00.000Z',
      workers: [],
      reports: [],
    });
    expect(await store.plan(RUN)).toEqual(testPlan());
    expect(
      (await store.find({ jobUid: 'job-uid' })).map(run => run.id),
    ).toEqual(['job-uid-2', RUN]);
    expect(await store.find({ namespace: 'elsewhere' })).toEqual([]);
    expect((await store.heads([RUN, 'nobody'])).map(run => run.id)).toEqual([
      RUN,
    ]);
    await expect(store.head('nobody')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('keeps the first outcome, except that a cancellation replaces a failure', async () => {
    const { store } = await setupRuns(id);
    await store.create(testRun());
    const failed = { outcome: 'Failed' as const, finalize: false };
    expect(await store.close(RUN, failed)).toMatchObject({
      state: 'Closed',
      outcome: 'Failed',
      finishedAt: expect.any(Date),
    });
    expect(
      await store.close(RUN, { outcome: 'Completed', finalize: true }),
    ).toMatchObject({ state: 'Closed', outcome: 'Failed' });
    expect(
      await store.close(RUN, { outcome: 'Cancelled', finalize: true }),
    ).toMatchObject({ state: 'Closed', outcome: 'Cancelled' });
    expect(await store.close(RUN, failed)).toMatchObject({
      outcome: 'Cancelled',
    });
  });

  it('gives tokens that are known by their hash and die with the run', async () => {
    const { store, knex } = await setupRuns(id);
    await store.create(testRun());
    const tokens = [await store.issueToken(RUN), await store.issueToken(RUN)];
    expect(tokens[0]).not.toBe(tokens[1]);
    for (const token of tokens) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(await store.verifyToken(token)).toEqual({ runId: RUN });
    }
    expect(JSON.stringify(await knex('run_tokens'))).not.toContain(tokens[0]);
    expect(await store.verifyToken(`${tokens[0]}x`)).toBeUndefined();
    expect(await store.verifyToken('')).toBeUndefined();
    await store.close(RUN, { outcome: 'Failed', finalize: false });
    expect(await store.verifyToken(tokens[0])).toBeUndefined();
    expect(await store.closedRunOf(tokens[0])).toEqual({ runId: RUN });
    await expect(store.issueToken('nobody')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
  });

  it('lists items by any filter in any order, page by page', async () => {
    const { store, knex } = await setupRuns(id);
    await store.create(
      testRun({ plan: testPlan({ scenarios: 20, providers: 3, trials: 2 }) }),
    );
    await fill(knex, RUN, 200);
    const all = await allPages(store, { limit: 500 });
    expect(all.map(item => item.index)).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    );
    const filters: RunItemsQuery[] = [
      {},
      { status: ['failed'] },
      { status: ['passed', 'errored'] },
      { scenario: ['scenario-3', 'scenario-9', 'scenario-10'] },
      { provider: ['provider-1', 'provider-2'] },
      { provider: ['provider-0'], status: ['failed', 'errored'] },
      {
        provider: ['provider-2'],
        status: ['passed'],
        scenario: ['scenario-0', 'scenario-16'],
      },
      { scenario: ['nowhere'] },
    ];
    const orders = [
      'index',
      'durationMs',
      'cost',
      'outputTokens',
      'finishedAt',
    ] as const;
    for (const filter of filters) {
      for (const orderBy of orders) {
        for (const order of ['asc', 'desc'] as const) {
          const sign = order === 'asc' ? 1 : -1;
          const value = (item: RunItem) =>
            orderBy === 'finishedAt'
              ? Date.parse(item.finishedAt)
              : item[orderBy];
          const expected = all
            .filter(
              item =>
                (filter.status?.includes(item.status) ?? true) &&
                (filter.provider?.includes(item.provider) ?? true) &&
                (filter.scenario?.includes(item.scenario) ?? true),
            )
            .sort((a, b) => sign * (value(a) - value(b) || a.index - b.index));
          const found = await allPages(store, {
            ...filter,
            orderBy,
            order,
            limit: 17,
          });
          expect({ filter, orderBy, order, items: found }).toEqual({
            filter,
            orderBy,
            order,
            items: expected,
          });
        }
      }
    }
  });

  it('lists by index of the database, whatever is asked for', async () => {
    const { store, knex } = await setupRuns(id);
    // Enough of other runs that reading everything would be wrong.
    for (const runId of [RUN, 'job-uid-2']) {
      await store.create(
        testRun({
          id: runId,
          plan: testPlan({ scenarios: 500, providers: 10, trials: 3 }),
        }),
      );
      await fill(knex, runId, 30_000);
    }
    if (isPostgres(knex)) await knex.raw('analyze run_items');
    const queries: RunItemsQuery[] = [
      {},
      { order: 'desc' },
      { status: ['failed'] },
      { provider: ['provider-3'] },
      {
        provider: ['provider-3'],
        status: ['failed'],
        scenario: ['scenario-7'],
      },
      { orderBy: 'durationMs', order: 'desc' },
      { orderBy: 'cost', status: ['passed', 'failed', 'errored'] },
      { orderBy: 'outputTokens', status: ['errored'] },
      { orderBy: 'finishedAt', provider: ['provider-3'] },
      { orderBy: 'cost', scenario: ['scenario-7'] },
    ];
    for (const query of queries) {
      const { nextCursor: cursor } = await store.items(RUN, {
        ...query,
        limit: 2,
      });
      for (const page of [query, { ...query, cursor }]) {
        const plans = await explain(knex, () => store.items(RUN, page));
        expect(plans.length).toBeGreaterThan(0);
        for (const plan of plans) {
          expect({ page, plan }).toEqual({
            page,
            plan: expect.stringMatching(/USING INDEX|Index Scan/),
          });
          expect(plan).not.toMatch(/SCAN run_items|Seq Scan/);
          // Nothing is sorted on the way along an index.
          const mayBeSorted =
            page.orderBy && (page.status || page.provider || page.scenario);
          expect(mayBeSorted ? '' : plan).not.toMatch(/TEMP B-TREE|Sort/);
        }
      }
    }
  });

  it('refuses queries that make no sense', async () => {
    const { store, knex } = await setupRuns(id);
    await store.create(testRun());
    await fill(knex, RUN, 20);
    const { nextCursor } = await store.items(RUN, { limit: 2 });
    for (const [query, message] of [
      [{ limit: 0 }, /limit: 0/],
      [{ limit: 501 }, /1 to 500/],
      [{ cursor: 'x' }, /cursor: 'x'/],
      [{ cursor: nextCursor, order: 'desc' }, /index asc, not by index desc/],
      [{ orderBy: 'cost', cursor: nextCursor }, /not by cost/],
    ] as Array<[RunItemsQuery, RegExp]>) {
      await expect(store.items(RUN, query)).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringMatching(message),
      });
    }
    const untyped = JSON.parse('{"orderBy":"__proto__","status":["no"]}');
    await expect(store.items(RUN, untyped)).rejects.toThrow(/orderBy/);
    await expect(store.items(RUN, { status: untyped.status })).rejects.toThrow(
      /passed, failed, errored/,
    );
    for (const index of [20, -1, 0.5, 2 ** 60, NaN]) {
      await expect(store.item(RUN, index)).rejects.toMatchObject({
        name: 'NotFoundError',
      });
    }
  });

  it('streams rows and indexes from anywhere', async () => {
    const { store, knex } = await setupRuns(id);
    await store.create(
      testRun({ plan: testPlan({ scenarios: 100, trials: 3 }) }),
    );
    await fill(knex, RUN, 1_200);
    const indexes: number[] = [];
    for await (const item of store.readItems(RUN, { from: 150 })) {
      indexes.push(item.index);
    }
    expect(indexes).toEqual(
      Array.from({ length: 1_050 }, (_, offset) => 150 + offset),
    );
    const failed: number[] = [];
    for await (const index of store.readIndexes(RUN, ['failed', 'errored'])) {
      failed.push(index);
    }
    expect(failed).toEqual(
      Array.from({ length: 1_200 }, (_, index) => index).filter(
        index => (index * 7) % 4 >= 2,
      ),
    );
  });

  it('says which cells have changed', async () => {
    const { store, queue } = await setupRuns(id);
    const before = await store.create(testRun());
    await queue.register(RUN, {
      protocolVersion: 1,
      workerId: 'w1',
      engineVersion: '1',
      host: 'h',
    });
    const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 1 });
    if (lease.state !== 'granted') throw new Error('Expected work');
    const { leaseId, fence } = lease;
    await queue.report(RUN, {
      workerId: 'w1',
      leaseId,
      fence,
      results: [testReport(0)],
    });
    const cells = await store.cellsSince(RUN, before.version);
    expect(cells).toEqual([
      expect.objectContaining({
        scenarioIndex: 0,
        providerIndex: 0,
        total: 2,
        passed: 1,
        pending: 1,
      }),
    ]);
    const { version } = await store.head(RUN);
    expect(version).toBeGreaterThan(before.version);
    expect(await store.cellsSince(RUN, version)).toEqual([]);
  });

  it('replaces a report of the same name', async () => {
    const { store } = await setupRuns(id);
    await store.create(testRun());
    const report = {
      name: 'report.json',
      contentType: 'application/json',
      size: 1,
      digest: 'sha256:a',
    };
    await store.addReport(RUN, report);
    await store.addReport(RUN, { ...report, size: 2, digest: 'sha256:b' });
    expect((await store.get(RUN)).reports).toEqual([
      { ...report, size: 2, digest: 'sha256:b' },
    ]);
    await expect(
      store.addReport(RUN, { ...report, name: '../etc/passwd' }),
    ).rejects.toMatchObject({ name: 'InputError' });
  });

  it('deletes a run with everything that belongs to it, and nothing else', async () => {
    const { store, knex } = await setupRuns(id);
    for (const runId of [RUN, 'job-uid-2']) {
      await store.create(
        testRun({ id: runId, plan: testPlan({ scenarios: 400, trials: 4 }) }),
      );
      await store.issueToken(runId);
      await fill(knex, runId, 1_300);
    }
    await store.delete(RUN);
    await store.delete(RUN);
    await expect(store.head(RUN)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    const [{ seq }] = await knex('runs').select('seq');
    for (const table of [
      'run_plans',
      'run_tokens',
      'run_cells',
      'run_items',
      'run_transcripts',
      'run_leases',
    ]) {
      expect(await knex(table).whereNot({ run_seq: seq })).toEqual([]);
    }
    expect(await knex('run_items').where({ run_seq: seq })).toHaveLength(1_300);
    // The same id again is another run.
    expect(await store.create(testRun())).toMatchObject({ backlog: 20 });
    expect(await store.items(RUN, {})).toEqual({ items: [] });
  });

  it('forgets transcripts first and whole runs later', async () => {
    const { store, queue, transcripts, knex, clock } = await setupRuns(id);
    await store.create(testRun());
    await queue.register(RUN, {
      protocolVersion: 1,
      workerId: 'w1',
      engineVersion: '1',
      host: 'h',
    });
    const lease = await queue.lease(RUN, { workerId: 'w1', capacity: 1 });
    if (lease.state !== 'granted') throw new Error('Expected work');
    const { leaseId, fence } = lease;
    await queue.report(RUN, {
      workerId: 'w1',
      leaseId,
      fence,
      results: [testReport(0, { transcript: testTranscript('hello') })],
    });
    const days = {
      transcriptDays: 30,
      resultDays: 365,
      kept: new Set<string>(),
    };
    clock.advance(400 * 86_400_000);
    // Still running, however old.
    expect(await pruneRuns(knex, clock, days)).toEqual({
      transcripts: 0,
      runs: 0,
    });
    await store.close(RUN, { outcome: 'Failed', finalize: false });
    clock.advance(31 * 86_400_000);
    expect(await pruneRuns(knex, clock, days)).toEqual({
      transcripts: 1,
      runs: 0,
    });
    expect(await store.item(RUN, 0)).toMatchObject({ hasTranscript: false });
    await expect(transcripts.read(RUN, 0)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    expect(await pruneRuns(knex, clock, days)).toMatchObject({
      transcripts: 0,
    });
    clock.advance(365 * 86_400_000);
    expect(await pruneRuns(knex, clock, days)).toMatchObject({ runs: 1 });
    expect(await store.heads([RUN])).toEqual([]);
  });
});
