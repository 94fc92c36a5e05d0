import { databases } from '../__testUtils__/databases';
import { setupRuns, testPins, testRun } from '../__testUtils__/runs';

jest.setTimeout(60_000);

const SCOPE = { cluster: 'embedded', namespace: 'default' };

describe.each(databases.eachSupportedId())('usage on %p', id => {
  async function setup() {
    const { store, knex, clock } = await setupRuns(id);
    const create = async (
      name: string,
      options: {
        cost: number;
        workers?: number;
        namespace?: string;
        cluster?: string;
      },
    ) => {
      const { cost, workers, ...rest } = options;
      await store.create(
        testRun({
          id: `${name}-1`,
          jobUid: name,
          jobName: name,
          pins: testPins({ workers }),
          ...rest,
        }),
      );
      await knex('runs')
        .where({ run_id: `${name}-1` })
        .update({ cost });
    };
    const close = (name: string) =>
      store.close(`${name}-1`, { outcome: 'Cancelled', finalize: false });
    return { store, knex, clock, create, close };
  }

  it('counts what is open in the namespace, and nothing else', async () => {
    const { store, knex, create, close } = await setup();
    await create('a', { cost: 1, workers: 3 });
    await create('b', { cost: 1 });
    await create('closed', { cost: 1 });
    await create('elsewhere', { cost: 1, namespace: 'other' });
    await create('afar', { cost: 1, cluster: 'prod' });
    await close('closed');
    await store.close('b-1', { outcome: 'Cancelled', finalize: true });
    // As the version before left it.
    await knex('runs').where({ run_id: 'b-1' }).update({ max_workers: null });
    expect(await store.openRuns(SCOPE)).toEqual([
      {
        ...{ runId: 'a-1', namespace: 'default', jobName: 'a', jobUid: 'a' },
        workers: 3,
      },
      {
        ...{ runId: 'b-1', namespace: 'default', jobName: 'b', jobUid: 'b' },
        workers: 1,
      },
    ]);
    expect(await store.openRuns({ ...SCOPE, namespace: 'none' })).toEqual([]);
  });

  it('adds up what was closed since, and what is open', async () => {
    const { store, clock, create, close } = await setup();
    await create('before', { cost: 100 });
    await close('before');
    await create('open', { cost: 2 });
    clock.advance(1_000);
    const since = clock.now();
    await create('closed', { cost: 0.5 });
    await create('elsewhere', { cost: 40, namespace: 'other' });
    await close('closed');
    expect(await store.spent(SCOPE, since)).toBeCloseTo(2.5);
    clock.advance(1_000);
    expect(await store.spent(SCOPE, clock.now())).toBeCloseTo(2);
    expect(await store.spent({ ...SCOPE, namespace: 'none' }, since)).toBe(0);
  });

  it('finds both by their index', async () => {
    const { store, knex } = await setup();
    const isPg = knex.client.driverName === 'pg';
    const asked: Array<{ sql: string; bindings: unknown[] }> = [];
    knex.on('query', query => asked.push(query));
    await store.openRuns(SCOPE);
    await store.spent(SCOPE, new Date(0));
    expect(asked).toHaveLength(3);
    for (const { sql, bindings } of [...asked]) {
      const plan = await knex.transaction(async (tx): Promise<object> => {
        // Of few rows it would read all.
        if (isPg) {
          await tx.raw('set local enable_seqscan = off');
          // And of none at all any index that begins with the namespace is as good.
          await tx.raw('drop index if exists runs_series_idx');
        }
        const text = isPg ? sql.replace(/\$\d+/g, '?') : sql;
        return tx.raw(
          `explain ${isPg ? '' : 'query plan '}${text}`,
          bindings as string[],
        );
      });
      expect(JSON.stringify('rows' in plan ? plan.rows : plan)).toContain(
        'runs_usage_idx',
      );
    }
  });
});
