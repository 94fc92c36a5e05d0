import {
  CellAccumulator,
  ItemReport,
  RunCellStatistics,
  RunCounters,
  RunStatisticsQuery,
} from '@backstage-arena/plugin-arena-common';
import fc from 'fast-check';
import { databases } from '../__testUtils__/databases';
import {
  setupRuns,
  testPins,
  testPlan,
  testReport,
  testRun,
} from '../__testUtils__/runs';
import { isPostgres } from '../database/configureDatabase';

jest.setTimeout(120_000);

const RUN = 'job-uid-1';
const OUTAGE: ItemReport['error'] = {
  class: 'provider',
  message: 'down',
  retryable: false,
};

type Parts = Awaited<ReturnType<typeof setupRuns>>;

/** Leases and reports items as a worker does. */
async function work(
  { queue }: Parts,
  result: (index: number) => Partial<ItemReport>,
  limit = Infinity,
) {
  await queue.register(RUN, {
    protocolVersion: 1,
    workerId: 'w',
    engineVersion: '1',
    host: 'h',
  });
  for (let done = 0; done < limit; ) {
    const lease = await queue.lease(RUN, {
      workerId: 'w',
      capacity: Math.min(500, limit - done),
    });
    if (lease.state !== 'granted') return;
    const indexes = [
      ...lease.ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, i) => from + i),
      ),
      ...lease.items.map(({ index }) => index),
    ];
    await queue.report(RUN, {
      workerId: 'w',
      leaseId: lease.leaseId,
      fence: lease.fence,
      results: indexes.map(index => testReport(index, result(index))),
    });
    done += indexes.length;
  }
}

async function allPages({ store }: Parts, query: RunStatisticsQuery = {}) {
  const cells: RunCellStatistics[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.statistics(RUN, { ...query, cursor });
    cells.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return cells;
}

/** Some of everything, the same for each run of the test. */
function mixed(index: number): Partial<ItemReport> {
  const status = (['passed', 'passed', 'failed', 'errored'] as const)[
    (index * 7 + (index >> 3)) % 4
  ];
  return {
    status,
    durationMs: ((index * 37) % 101) + 0.5,
    ...(index % 3 ? { score: (index % 5) / 4 } : {}),
    ...(index % 2 ? { ttftMs: index % 17 } : {}),
    ...(status === 'errored' && index % 8 ? { error: OUTAGE } : {}),
  };
}

describe.each(databases.eachSupportedId())('Statistics of cells, %s', id => {
  it('are those of the items', async () => {
    const parts = await setupRuns(id);
    const { store } = parts;
    const plan = testPlan({ scenarios: 3, providers: 3, trials: 7 });
    // Ragged: providers in another order, and not all of them.
    plan.scenarios[1].providers = [2, 0];
    plan.offsets = [0, 42, 70, 112];
    plan.total = 112;
    await store.create(testRun({ plan }));
    await work(parts, mixed, 100);

    const expected = new Map<string, CellAccumulator>();
    for await (const item of store.readItems(RUN)) {
      const key = `${item.scenario}/${item.provider}`;
      const cell = expected.get(key) ?? new CellAccumulator();
      cell.add(item);
      expected.set(key, cell);
    }
    const found = await allPages(parts, { limit: 2 });
    expect(found).toHaveLength(expected.size);
    for (const { scenario, provider, ...statistics } of found) {
      expect(statistics).toEqual(
        expected.get(`${scenario}/${provider}`)!.statistics,
      );
    }
    expect(found[0].trials.map(({ k }) => k).length).toBeGreaterThan(3);

    // The matrix agrees, as far as it goes.
    const { cells } = await store.matrix(RUN);
    for (const cell of cells.filter(({ pending, total }) => pending < total)) {
      const own = found.find(
        one =>
          one.scenario === plan.scenarios[cell.scenarioIndex].id &&
          one.provider === plan.providers[cell.providerIndex].id,
      )!;
      expect(own.unjudged).toBe(cell.unjudged);
      expect(own.items).toBe(cell.total - cell.pending);
      expect(own.passed).toBe(cell.passed);
    }
  });

  it.each([
    ['a whole plan', undefined],
    ['picked items', [0, 1, 9, 41, 42, 43, 60, 80, 81, 111]],
  ])('add up along each axis: %s', async (_name, items) => {
    const parts = await setupRuns(id);
    const { store } = parts;
    const plan = testPlan({ scenarios: 3, providers: 3, trials: 7 });
    plan.scenarios[1].providers = [2, 0];
    plan.offsets = [0, 42, 70, 112];
    plan.total = 112;
    await store.create(testRun({ plan, items }));
    await work(parts, mixed, items ? 7 : 50);

    const { cells } = await store.matrix(RUN);
    const sums = (axis: 'scenarioIndex' | 'providerIndex', name: string) =>
      [0, 1, 2]
        .map(index => {
          const own = cells.filter(cell => cell[axis] === index);
          const sum = (key: keyof RunCounters) =>
            own.reduce((before, cell) => before + cell[key], 0);
          return {
            name: `${name}-${index}`,
            total: sum('total'),
            passed: sum('passed'),
            failed: sum('failed'),
            errored: sum('errored'),
            pending: sum('pending'),
            inputTokens: sum('inputTokens'),
            outputTokens: sum('outputTokens'),
            cost: expect.closeTo(sum('cost')),
            durationMs: expect.closeTo(sum('durationMs')),
          };
        })
        .filter(({ total }) => total > 0);
    const totals = await store.totals(RUN);
    expect(totals.scenarios).toEqual(sums('scenarioIndex', 'scenario'));
    expect(totals.providers).toEqual(sums('providerIndex', 'provider'));
    expect(cells.some(({ pending }) => pending > 0)).toBe(true);
  });

  it('may be had of some cells only', async () => {
    const parts = await setupRuns(id);
    await parts.store.create(
      testRun({ plan: testPlan({ scenarios: 4, providers: 3, trials: 2 }) }),
    );
    await work(parts, mixed);
    const names = (cells: RunCellStatistics[]) =>
      cells.map(({ scenario, provider }) => `${scenario} ${provider}`);
    expect(
      names(
        await allPages(parts, {
          scenario: ['scenario-3', 'scenario-1'],
          provider: ['provider-0', 'provider-2'],
          limit: 1,
        }),
      ),
    ).toEqual([
      'scenario-1 provider-0',
      'scenario-1 provider-2',
      'scenario-3 provider-0',
      'scenario-3 provider-2',
    ]);
    expect(await allPages(parts, { scenario: ['nope'] })).toEqual([]);
    expect(await allPages(parts)).toHaveLength(12);
  });

  it('are told of what has finished, and refuse what cannot be', async () => {
    const parts = await setupRuns(id);
    await parts.store.create(testRun());
    expect(await parts.store.statistics(RUN, {})).toEqual({ items: [] });
    for (const query of [{ limit: 0 }, { limit: 101 }, { cursor: 'x' }]) {
      await expect(parts.store.statistics(RUN, query)).rejects.toThrow(
        /^(limit|cursor): /,
      );
    }
    await expect(parts.store.statistics('nope', {})).rejects.toThrow(
      /does not exist/,
    );
  });

  it('are computed once while nothing changes, and again when something has', async () => {
    const parts = await setupRuns(id);
    const { knex, store } = parts;
    await store.create(
      testRun({ plan: testPlan({ scenarios: 1, providers: 1, trials: 4 }) }),
    );
    await work(parts, mixed, 4);
    let reads = 0;
    knex.on('query', ({ sql }) => {
      if (sql.includes('run_items')) reads += 1;
    });
    const [first, second] = await Promise.all([
      store.statistics(RUN, {}),
      store.statistics(RUN, {}),
    ]);
    expect(first.items[0].items).toBe(4);
    expect(second).toEqual(first);
    expect(await store.statistics(RUN, {})).toEqual(first);
    // One for each of the two regions.
    expect(reads).toBe(2);
    knex.removeAllListeners('query');
    await work(parts, mixed);
    expect((await store.statistics(RUN, {})).items[0].items).toBe(8);
  });

  it('are given up when nobody waits for them', async () => {
    const parts = await setupRuns(id);
    const { knex, store } = parts;
    await store.create(
      testRun({ plan: testPlan({ scenarios: 1, providers: 1, trials: 600 }) }),
    );
    await work(parts, mixed);
    const abort = new AbortController();
    let reads = 0;
    knex.on('query', ({ sql }) => {
      if (!sql.includes('run_items')) return;
      reads += 1;
      abort.abort(new Error('gone'));
    });
    await expect(
      store.statistics(RUN, {}, { signal: abort.signal }),
    ).rejects.toThrow('gone');
    knex.removeAllListeners('query');
    expect(reads).toBe(1);
    expect((await store.statistics(RUN, {})).items[0].items).toBe(1_200);
  });

  it('read only the rows of their cells', async () => {
    const parts = await setupRuns(id);
    const { knex, store } = parts;
    await store.create(
      testRun({ plan: testPlan({ scenarios: 20, providers: 5, trials: 4 }) }),
    );
    await work(parts, mixed);
    if (isPostgres(knex)) return;
    const statements: Array<{ sql: string; bindings: readonly unknown[] }> = [];
    knex.on('query', query => {
      if (query.sql.includes('run_items') || query.sql.includes('run_cells')) {
        statements.push(query);
      }
    });
    await store.statistics(RUN, {
      scenario: ['scenario-9'],
      provider: ['provider-3'],
    });
    knex.removeAllListeners('query');
    // One for the cells, and one for each of the two regions.
    expect(statements).toHaveLength(3);
    for (const { sql, bindings } of statements) {
      const plan: Array<{ detail: string }> = await knex.raw(
        `explain query plan ${sql}`,
        [...bindings] as string[],
      );
      expect(plan.map(({ detail }) => detail).join('; ')).toMatch(
        /^SEARCH run_(cells|items) USING (INDEX|PRIMARY KEY|COVERING INDEX)[^;]*run_seq=\?/,
      );
    }
  });
});

describe.each(databases.eachSupportedId())('What decides a verdict, %s', id => {
  const plan = testPlan({ scenarios: 2, providers: 1, trials: 3 });
  const [failedTurn, failed]: Array<Partial<ItemReport>> = [
    { status: 'errored' },
    { status: 'failed' },
  ];

  it('is each item of a strict run', async () => {
    const parts = await setupRuns(id);
    await parts.store.create(testRun({ plan }));
    await work(parts, index => (index === 1 ? failed : {}));
    const head = await parts.store.head(RUN);
    const { total, passed, failed: failures, errored, pending } = head.counters;
    expect(head.verdict).toEqual({
      total,
      passed,
      failed: failures,
      errored,
      pending,
    });
    expect((await parts.store.get(RUN)).verdict).toBeUndefined();
  });

  it('is the first trial of each cell and region of a compatible run', async () => {
    const parts = await setupRuns(id);
    await parts.store.create(
      testRun({ plan, pins: testPins({ compat: true }) }),
    );
    expect((await parts.store.head(RUN)).verdict).toMatchObject({
      total: 4,
      pending: 4,
    });
    // Cells by region begin at 0, 3, 6 and 9.
    await work(parts, index => {
      if (index === 3) return failedTurn;
      if (index === 6) return { status: 'errored', error: OUTAGE };
      return index % 3 === 0 ? {} : failed;
    });
    const head = await parts.store.head(RUN);
    expect(head.verdict).toEqual({
      total: 4,
      passed: 2,
      failed: 1,
      errored: 1,
      pending: 0,
    });
    expect(head.counters).toMatchObject({
      total: 12,
      passed: 2,
      failed: 8,
      errored: 2,
      pending: 0,
    });
    expect((await parts.store.get(RUN)).verdict).toEqual(head.verdict);
  });

  it('is each item that was picked by hand', async () => {
    const parts = await setupRuns(id);
    await parts.store.create(
      testRun({ plan, pins: testPins({ compat: true }), items: [1, 5] }),
    );
    await work(parts, () => ({}));
    expect((await parts.store.head(RUN)).verdict).toEqual({
      total: 2,
      passed: 2,
      failed: 0,
      errored: 0,
      pending: 0,
    });
  });

  it('is each item of a run that was begun by the version before', async () => {
    const parts = await setupRuns(id);
    const { knex, store } = parts;
    await store.create(testRun({ plan, pins: testPins({ compat: true }) }));
    await knex('runs').update({
      verdict_total: null,
      verdict_passed: null,
      verdict_failed: null,
      verdict_errored: null,
    });
    const results = (index: number): Partial<ItemReport> => {
      if (index === 0) return { status: 'errored', error: OUTAGE };
      return index % 3 === 0 ? {} : failed;
    };
    await work(parts, results, 4);
    await knex('run_cells').update({ unjudged: null });
    await work(parts, results);
    expect((await store.head(RUN)).verdict).toEqual({
      total: 12,
      passed: 3,
      failed: 8,
      errored: 1,
      pending: 0,
    });
    expect((await store.get(RUN)).verdict).toBeUndefined();
    const { cells } = await store.matrix(RUN);
    expect(cells.map(({ unjudged }) => unjudged)).toEqual([1, 0]);
  });

  it('always adds up', async () => {
    const statuses = fc.array(
      fc.constantFrom<Partial<ItemReport>>({}, failed, failedTurn, {
        status: 'errored',
        error: OUTAGE,
      }),
      { minLength: 12, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(statuses, fc.boolean(), async (results, compat) => {
        const parts = await setupRuns(id);
        await parts.store.create(testRun({ plan, pins: testPins({ compat }) }));
        await work(parts, index => results[index]);
        const { verdict, counters } = await parts.store.head(RUN);
        const counted = results.filter((_, i) => !compat || i % 3 === 0);
        expect(verdict).toEqual({
          total: counted.length,
          passed: counted.filter(({ status }) => !status).length,
          failed: counted.filter(r => r === failed || r === failedTurn).length,
          errored: counted.filter(({ error }) => error).length,
          pending: 0,
        });
        expect(counters.passed + counters.failed + counters.errored).toBe(12);
      }),
      { numRuns: 4 },
    );
  });
});
