import {
  DatasetProfile,
  GeneratedRow,
  LeaseResponse,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { rowEmbedding } from '@backstage-arena/plugin-arena-common/datagen';
import { databases } from '../__testUtils__/databases';
import {
  createParts,
  setupRuns,
  testPins,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import { WorkQueue } from '../queue/WorkQueue';
import { Datasets } from './Datasets';
import { CANCEL_GRACE_MS, SURPLUS_GRACE_MS } from './intakeEnd';

jest.setTimeout(60_000);

const RUN = 'job-uid-1';

type Granted = Extract<LeaseResponse, { state: 'granted' }>;

const PROFILE: DatasetProfile = {
  count: 10,
  format: 'jsonl',
  maxAttempts: 100,
  seed: 0,
  quotas: [],
  budgetCurrency: 'USD',
};

function row(value: object, persona?: string): GeneratedRow {
  return { row: JSON.stringify(value), persona };
}

/** What each attempt brings. */
type Answers = (attempt: number) => GeneratedRow | undefined;

describe.each(databases.eachSupportedId())('Datasets on %p', id => {
  async function setup(profile: Partial<DatasetProfile> = {}) {
    const parts = await setupRuns(id);
    const { store, queue } = parts;
    const dataset = { ...PROFILE, ...profile };
    await store.create(
      testRun({ pins: testPins({ type: 'datagen', dataset }) }),
    );
    for (const workerId of ['a', 'b']) {
      await queue.register(RUN, {
        protocolVersion: WORKER_PROTOCOL_VERSION,
        workerId,
        engineVersion: '0.1.0',
        host: 'localhost',
      });
    }
    return parts;
  }

  const lease = (queue: WorkQueue, workerId = 'a', capacity = 500) =>
    queue.lease(RUN, { workerId, capacity });

  function report(
    queue: WorkQueue,
    granted: Granted,
    answers: Answers,
    options: { workerId?: string; indexes?: number[] } = {},
  ) {
    const { workerId = 'a' } = options;
    const { leaseId, fence } = granted;
    return queue.report(RUN, {
      workerId,
      leaseId,
      fence,
      results: (options.indexes ?? indexesOf(granted)).map(index => {
        const generated = answers(index);
        return testReport(
          index,
          generated
            ? { generated }
            : {
                status: 'errored',
                error: { class: 'auth', message: 'No key', retryable: false },
              },
        );
      }),
    });
  }

  function indexesOf({ ranges, items }: Granted): number[] {
    return [
      ...ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, offset) => from + offset),
      ),
      ...items.map(({ index }) => index),
    ];
  }

  async function run(queue: WorkQueue, answers: Answers): Promise<void> {
    for (;;) {
      const granted = await lease(queue);
      if (granted.state !== 'granted') return;
      await report(queue, granted, answers);
    }
  }

  it('takes exactly as many unique rows as were asked for, and says where they come from', async () => {
    const { queue, store, datasets } = await setup();
    // Each second attempt says what the one before said.
    await run(queue, attempt => row({ id: Math.floor(attempt / 2) }));

    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      counters: { total: 10, passed: 10, failed: 0, errored: 0, pending: 0 },
    });
    const state = await datasets.state(RUN);
    expect(state).toMatchObject({ phase: 'over', rows: 10, endedBy: 'count' });
    expect(state.attempts).toBe(
      10 + (state.rejects.duplicate ?? 0) + state.surplus,
    );
    const { items, totalItems, nextCursor } = await datasets.rows(RUN, {
      limit: 4,
    });
    expect(totalItems).toBe(10);
    expect(items.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(items[1]).toMatchObject({
      row: { id: 1 },
      attempt: 2,
      scenario: 'scenario-0',
      provider: 'provider-0',
      region: 'eu',
      seed: expect.any(Number),
    });
    const rest = await datasets.rows(RUN, { limit: 500, cursor: nextCursor });
    expect(rest.items).toHaveLength(6);
    expect(rest.nextCursor).toBeUndefined();
  });

  it('counts what comes shortly after all rows are there as surplus, and ends its leases then', async () => {
    const { queue, store, datasets, clock } = await setup({ count: 4 });
    const tried = async () => (await datasets.state(RUN)).attempts;
    while ((await tried()) < 20) {
      const granted = (await lease(queue)) as Granted;
      await report(queue, granted, () => row({ same: true }));
    }
    // One row of twenty: many attempts are made for the three that are missing.
    const first = (await lease(queue, 'a')) as Granted;
    const second = (await lease(queue, 'b')) as Granted;
    await report(queue, first, attempt => row({ id: attempt }));
    const before = await datasets.state(RUN);
    expect(before).toMatchObject({ rows: 4, phase: 'over', endedBy: 'count' });
    expect(before.surplus).toBe(indexesOf(first).length - 3);
    const { cost } = (await store.head(RUN)).counters;

    const [late, later] = indexesOf(second);
    const answer = await report(
      queue,
      second,
      attempt => row({ id: attempt }),
      {
        workerId: 'b',
        indexes: [late],
      },
    );
    expect(answer).toMatchObject({ accepted: 1, command: 'finish' });
    expect(await lease(queue)).toMatchObject({ state: 'wait' });
    clock.advance(SURPLUS_GRACE_MS);
    expect(await lease(queue)).toMatchObject({ state: 'finalize' });
    await expect(
      report(queue, second, attempt => row({ id: attempt }), {
        workerId: 'b',
        indexes: [later],
      }),
    ).rejects.toThrow(/lease/i);
    expect(await datasets.state(RUN)).toMatchObject({
      rows: 4,
      surplus: before.surplus + 1,
    });
    const after = await store.head(RUN);
    expect(after.state).toBe('Finalizing');
    expect(after.counters.cost).toBeGreaterThan(cost);
  });

  it('takes one of two rows that come at the same moment and say the same', async () => {
    const { queue, datasets } = await setup();
    const leases = [
      (await lease(queue, 'a')) as Granted,
      (await lease(queue, 'b')) as Granted,
    ];
    await Promise.all(
      leases.map((granted, index) =>
        report(queue, granted, () => row({ same: true }), {
          workerId: index === 0 ? 'a' : 'b',
        }),
      ),
    );
    expect(await datasets.state(RUN)).toMatchObject({
      rows: 1,
      rejects: {
        duplicate: leases.flatMap(indexesOf).length - 1,
      },
    });
  });

  it('finds near-duplicates of rows that other reports brought', async () => {
    const { queue, datasets } = await setup({ nearDuplicateThreshold: 0.7 });
    const text =
      'The parcel was to arrive on Monday and nobody knows where it is now';
    const granted = (await lease(queue)) as Granted;
    const [first, second] = indexesOf(granted);
    await report(queue, granted, () => row({ text }), { indexes: [first] });
    await report(queue, granted, () => row({ text: `${text}.` }), {
      indexes: [second],
    });
    expect(await datasets.state(RUN)).toMatchObject({
      rows: 1,
      rejects: { nearDuplicate: 1 },
    });
    const { items } = await datasets.rejects(RUN, {
      reason: ['nearDuplicate'],
    });
    expect(items).toEqual([
      expect.objectContaining({
        attempt: second,
        duplicateOf: 0,
        text: JSON.stringify({ text: `${text}.` }),
      }),
    ]);
  });

  it('takes a whole report of rows that are compared with each other', async () => {
    const { queue, datasets } = await setup({
      count: 900,
      maxAttempts: 2_000,
      nearDuplicateThreshold: 0.8,
    });
    const granted = (await lease(queue)) as Granted;
    const indexes = indexesOf(granted);
    expect(indexes.length).toBeGreaterThan(200);
    const words = (attempt: number) =>
      Array.from({ length: 12 }, (_, i) => (attempt + 1) * 7919 ** (i % 3) * i);
    await report(queue, granted, attempt =>
      row({ text: words(attempt - (attempt % 10 === 9 ? 1 : 0)).join(' ') }),
    );
    expect(await datasets.state(RUN)).toMatchObject({
      rows: indexes.length - Math.floor(indexes.length / 10),
      rejects: { duplicate: Math.floor(indexes.length / 10) },
    });
  });

  it('fills quotas across reports, and lists what it rejected by reason', async () => {
    const { queue, datasets } = await setup({
      count: 4,
      quotas: [{ field: 'kind', value: 'rare', count: 1 }],
    });
    await run(queue, attempt => {
      if (attempt === 0) return { reject: { reason: 'schema', message: 'x' } };
      if (attempt === 1) return undefined;
      return row({ id: attempt, kind: attempt % 7 === 0 ? 'rare' : 'often' });
    });
    const state = await datasets.state(RUN);
    expect(state.quotas).toEqual([
      { field: 'kind', value: 'rare', count: 1, rows: 1 },
    ]);
    expect(state).toMatchObject({
      rows: 4,
      rejects: { schema: 1, error: 1, quota: expect.any(Number) },
    });
    const page = await datasets.rejects(RUN, { limit: 2 });
    expect(page.totalItems).toBe(state.attempts - 4 - state.surplus);
    const rest = await datasets.rejects(RUN, { cursor: page.nextCursor });
    expect(page.items.length + rest.items.length).toBe(page.totalItems);
    expect(rest.items[rest.items.length - 1]).toMatchObject({
      attempt: 0,
      reason: 'schema',
    });
  });

  it('ends when all attempts were made', async () => {
    const { queue, store, datasets } = await setup({ maxAttempts: 30 });
    await run(queue, attempt => row({ id: attempt % 3 }));
    expect(await store.head(RUN)).toMatchObject({
      state: 'Finalizing',
      counters: { passed: 3, pending: 7, failed: 0 },
    });
    expect(await datasets.state(RUN)).toMatchObject({
      rows: 3,
      attempts: 30,
      endedBy: 'attempts',
      rejects: { duplicate: 27 },
      barren: 27,
    });
  });

  it('makes attempts again that a worker took with it, each once', async () => {
    const { queue, clock, datasets, store } = await setup();
    const lost = (await lease(queue, 'a')) as Granted;
    await queue.heartbeat(RUN, {
      workerId: 'a',
      leases: [
        { leaseId: lost.leaseId, fence: lost.fence, started: indexesOf(lost) },
      ],
    });
    clock.advance(11_000);
    await queue.expire();
    clock.advance(2_000);
    await expect(
      report(queue, lost, attempt => row({ id: attempt })),
    ).rejects.toThrow();
    for (;;) {
      const granted = await lease(queue, 'b');
      if (granted.state !== 'granted') break;
      const { leaseId, fence } = granted;
      await queue.report(RUN, {
        workerId: 'b',
        leaseId,
        fence,
        results: [
          ...indexesOf({ ...granted, items: [] }).map(index => ({
            index,
            attempt: 1,
          })),
          ...granted.items,
        ].map(({ index, attempt }) =>
          testReport(index, { attempt, generated: row({ id: index }) }),
        ),
      });
    }
    expect(await datasets.state(RUN)).toMatchObject({ rows: 10, rejects: {} });
    const { items } = await store.items(RUN, { limit: 500 });
    expect(new Set(items.map(({ index }) => index)).size).toBe(items.length);
  });

  const adds = async (datasets: Datasets) => {
    const state = await datasets.state(RUN);
    const rejected = Object.values(state.rejects).reduce((x, y) => x + y, 0);
    expect(state.attempts).toBe(
      state.rows + rejected + state.surplus + state.unfinished,
    );
    return state;
  };

  it('takes what is under way when the run is cancelled, and names what is cut off', async () => {
    const { queue, store, datasets, clock } = await setup();
    const [one, other] = [
      (await lease(queue, 'a', 4)) as Granted,
      (await lease(queue, 'b', 4)) as Granted,
    ];
    await store.close(RUN, { outcome: 'Cancelled', finalize: true });
    expect((await datasets.state(RUN)).phase).toBe('running');
    const [first, second] = indexesOf(one);
    const answered = await report(queue, one, attempt => row({ id: attempt }), {
      indexes: [first],
    });
    expect(answered).toMatchObject({ accepted: 1, command: 'finish' });
    const { command, leases } = await queue.heartbeat(RUN, {
      workerId: 'a',
      leases: [{ leaseId: one.leaseId, fence: one.fence, started: [second] }],
    });
    expect(command).toBe('finish');
    expect(leases).toMatchObject([{ lost: false }]);
    // Nothing new is begun, and the reports wait.
    expect(await lease(queue, 'b')).toMatchObject({ state: 'wait' });
    await queue.release(RUN, {
      workerId: 'b',
      leaseId: other.leaseId,
      fence: other.fence,
      started: [indexesOf(other)[0]],
    });
    expect(await lease(queue, 'b')).toMatchObject({ state: 'wait' });

    clock.advance(CANCEL_GRACE_MS);
    expect(await lease(queue, 'b')).toMatchObject({ state: 'finalize' });
    await expect(
      report(queue, one, attempt => row({ id: attempt }), {
        indexes: [second],
      }),
    ).rejects.toThrow(/lease/i);
    expect(await adds(datasets)).toMatchObject({
      phase: 'over',
      rows: 1,
      unfinished: 2,
      attempts: 3,
    });
    expect((await store.head(RUN)).counters.passed).toBe(1);
  });

  it('writes the files of a cancelled run at once when nothing is under way', async () => {
    const { queue, store, datasets } = await setup();
    await store.close(RUN, { outcome: 'Cancelled', finalize: true });
    expect((await datasets.state(RUN)).phase).toBe('over');
    expect(await lease(queue)).toMatchObject({ state: 'finalize' });
  });

  it('keeps the rows that were paid for when the budget is used up', async () => {
    const { queue, store, datasets } = await setup({ budgetLimit: 10 });
    const [one, other] = [
      (await lease(queue, 'a', 3)) as Granted,
      (await lease(queue, 'b', 3)) as Granted,
    ];
    const ask = (workerId: string, granted: number, missing?: number) =>
      queue.lend(RUN, {
        workerId,
        instance: 'i',
        granted,
        spent: granted,
        wanted: 10,
        missing,
      });
    let granted = 0;
    for (;;) {
      const answer = await ask('a', granted, 20);
      if (answer.exhausted) break;
      granted = answer.granted;
    }
    expect(await store.head(RUN)).toMatchObject({ state: 'Finalizing' });
    expect(await datasets.state(RUN)).toMatchObject({
      phase: 'running',
      endedBy: 'budget',
    });
    expect(await ask('b', 0)).toMatchObject({ exhausted: true });
    await report(queue, other, attempt => row({ id: attempt }), {
      workerId: 'b',
    });
    await report(queue, one, attempt =>
      attempt === indexesOf(one)[0]
        ? row({ id: attempt })
        : { unfinished: true },
    );
    expect(await lease(queue)).toMatchObject({ state: 'finalize' });
    const bought = 1 + indexesOf(other).length;
    expect(await adds(datasets)).toMatchObject({
      phase: 'over',
      rows: bought,
      surplus: 0,
      unfinished: indexesOf(one).length - 1,
      endedBy: 'budget',
    });
    expect((await store.head(RUN)).counters.passed).toBe(bought);
  });

  it('has all rows when the last ones come after the end of the budget', async () => {
    const { queue, datasets } = await setup({ count: 1, budgetLimit: 1 });
    const granted = (await lease(queue)) as Granted;
    const request = { workerId: 'a', instance: 'i', spent: 0, wanted: 0 };
    await queue.lend(RUN, { ...request, granted: 0, missing: 2 });
    const { endedBy } = await datasets.state(RUN);
    expect(endedBy).toBe('budget');
    await report(queue, granted, attempt => row({ id: attempt }));
    expect(await adds(datasets)).toMatchObject({
      rows: 1,
      phase: 'over',
      endedBy: 'count',
    });
  });

  it('goes on while the model brings rows whose kind is full', async () => {
    const { queue, datasets } = await setup({
      count: 20,
      maxAttempts: 5_000,
      quotas: [{ field: 'kind', value: 'rare', count: 2 }],
    });
    await run(queue, attempt =>
      row({
        id: attempt,
        kind: attempt % 1_100 === 1_099 ? 'rare' : 'often',
      }),
    );
    expect(await adds(datasets)).toMatchObject({
      rows: 20,
      endedBy: 'count',
      quotas: [{ rows: 2 }],
    });
  });

  it('finds rows that mean the same as those of other reports, also after a restart', async () => {
    const { queue, datasets, knex, clock } = await setup({
      count: 40,
      nearDuplicateThreshold: 0.92,
      nearDuplicateEmbedding: { provider: 'vectors' },
    });
    // All are about the same thing: two of them have a cosine of about 0.85.
    const vectorOf = (meaning: number) =>
      Array.from(
        { length: 256 },
        (_, i) =>
          Math.sqrt(0.85) * Math.sin((i + 1) ** 2) +
          Math.sqrt(0.15) * Math.sin((meaning + 2) * (i + 1) ** 2),
      );
    // Two rows have each meaning, in other words.
    const answers: Answers = attempt => ({
      ...row({ id: attempt }),
      embedding: Buffer.from(
        rowEmbedding(
          vectorOf(Math.floor(attempt / 2)).map(
            (v, i) => v + 0.1 * Math.sin(attempt * i),
          ),
        ),
      ).toString('base64'),
    });
    const granted = (await lease(queue, 'a', 10)) as Granted;
    for (const index of indexesOf(granted).slice(0, 5)) {
      await report(queue, granted, answers, { indexes: [index] });
    }
    const restarted = createParts(knex, clock).queue;
    await report(restarted, granted, answers, {
      indexes: indexesOf(granted).slice(5, 10),
    });
    expect(await adds(datasets)).toMatchObject({
      rows: 5,
      rejects: { nearDuplicate: 5 },
    });
    const { items } = await datasets.rejects(RUN, {});
    expect(items.map(({ duplicateOf }) => duplicateOf)).toEqual([
      4, 3, 2, 1, 0,
    ]);
    const next = (await lease(queue, 'b')) as Granted;
    await report(queue, next, attempt => row({ id: attempt }), {
      workerId: 'b',
      indexes: [indexesOf(next)[0]],
    });
    expect((await datasets.rejects(RUN, {})).items[0]).toMatchObject({
      reason: 'error',
      message: expect.stringMatching(/embedding/),
    });
  });

  it('shows attempts as items of their scenarios, and forgets everything with the run', async () => {
    const { queue, store, datasets, knex } = await setup({ count: 30 });
    await run(queue, attempt => row({ id: Math.floor(attempt / 2) }));
    const { cells } = await store.matrix(RUN);
    expect(cells.every(({ pending }) => pending === 0)).toBe(true);
    const page = await store.items(RUN, {
      scenario: ['scenario-2'],
      status: ['failed'],
      limit: 500,
    });
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.items.every(({ scenario }) => scenario === 'scenario-2')).toBe(
      true,
    );
    expect(page.items[0].message).toMatch(/^Duplicate: .*row \d+$/);

    await store.delete(RUN);
    await expect(datasets.state(RUN)).rejects.toThrow(/does not exist/);
    for (const table of [
      'run_datasets',
      'run_rows',
      'run_row_bands',
      'run_rejects',
    ]) {
      expect(await knex(table).first()).toBeUndefined();
    }
  });
});
