import { JobsPage, JobsQuery } from '@backstage-arena/plugin-arena-common';
import {
  createTestBed,
  eachDatabase,
  input,
  StoreTestBed,
} from './__testUtils__/storeTestBed';

jest.setTimeout(60_000);

const PHASES = ['', 'Running', 'Failed', 'Succeeded'];

describe.each(eachDatabase())('JobQueryService on %s', databaseId => {
  let bed: StoreTestBed;

  beforeAll(async () => {
    bed = await createTestBed(databaseId);
    const { store, clock } = bed;
    for (let i = 0; i < 12; i++) {
      // Three at a time, so that the order must not rest on the time alone.
      if (i % 3 === 0) {
        clock.advance(1_000);
      }
      const created = await store.resources.create(
        input(`job-${(i * 5) % 12}-x`, {
          metadata: {
            namespace: i < 8 ? 'team' : 'other',
            annotations:
              i % 4 === 0
                ? { 'arena.backstage.io/component': 'component:default/bot' }
                : {},
          },
          spec: {
            type: i % 2 ? 'loadtest' : 'evaluation',
            sourceRef: { name: i % 3 ? 'source' : 'a_b' },
          },
        }),
      );
      const phase = PHASES[i % 4];
      if (phase) {
        await store.resources.updateStatus({ ...created, status: { phase } });
      }
    }
    await store.resources.create(input('job-source', { kind: 'ArenaSource' }));
  });

  const query = (options: Partial<JobsQuery>): Promise<JobsPage> =>
    bed.store.jobs.queryJobs({ cluster: 'embedded', ...options });
  const count = async (options: Partial<JobsQuery>) => {
    const page = await query(options);
    expect(page.items).toHaveLength(page.totalItems);
    return page.totalItems;
  };

  it('filters by everything that a job is found by', async () => {
    expect(await count({})).toBe(12);
    expect(await count({ namespace: 'other' })).toBe(4);
    expect(await count({ phase: ['Running'] })).toBe(3);
    expect(await count({ phase: ['Running', 'Failed'] })).toBe(6);
    expect(await count({ phase: ['Pending'] })).toBe(3);
    expect(await count({ phase: [] })).toBe(12);
    expect(await count({ type: ['loadtest'] })).toBe(6);
    expect(await count({ source: 'a_b' })).toBe(4);
    expect(await count({ component: 'component:default/bot' })).toBe(3);
    expect(await count({ search: 'job-1' })).toBe(3);
    expect(await count({ search: 'JOB-1' })).toBe(3);
    expect(await count({ search: '_' })).toBe(0);
    expect(await count({ search: '%' })).toBe(0);
    expect(await count({ search: '\\' })).toBe(0);
    expect(await count({ search: "' or 1=1 --" })).toBe(0);
    expect(
      await count({ phase: ['Failed'], type: ['evaluation'], search: 'x' }),
    ).toBe(3);
  });

  it.each<[JobsQuery['orderBy'], JobsQuery['order']]>([
    ['created', 'asc'],
    ['created', 'desc'],
    ['name', 'asc'],
    ['name', 'desc'],
    ['phase', 'asc'],
    ['phase', 'desc'],
  ])('pages by %s %s without gap or repetition', async (orderBy, order) => {
    const whole = (await query({ orderBy, order, limit: 100 })).items;
    const keys = whole.map(job => {
      const { creationTimestamp, name } = job.metadata;
      const phase = String(job.status?.phase ?? 'Pending');
      return { created: creationTimestamp, name, phase }[orderBy!];
    });
    const sorted = [...keys].sort();
    expect(keys).toEqual(order === 'asc' ? sorted : sorted.reverse());

    const paged = [];
    let cursor: string | undefined;
    do {
      const page = await query({ orderBy, order, limit: 5, cursor });
      expect(page.totalItems).toBe(12);
      paged.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    expect(paged).toEqual(whole);
  });

  it('shows the newest first unless told otherwise', async () => {
    expect((await query({})).items).toEqual(
      (await query({ orderBy: 'created', order: 'desc' })).items,
    );
    expect((await query({ orderBy: 'name' })).items[0].metadata.name).toBe(
      'job-0-x',
    );
  });

  it('refuses wrong parameters by name', async () => {
    const { nextCursor } = await query({ limit: 1 });
    await expect(query({ limit: 0 })).rejects.toThrow('limit: Invalid value');
    await expect(query({ limit: 501 })).rejects.toThrow('from 1 to 500');
    await expect(query({ orderBy: 'age' as 'name' })).rejects.toThrow(
      'orderBy: Unsupported value: "age"',
    );
    await expect(query({ order: 'up' as 'asc' })).rejects.toThrow('order:');
    await expect(query({ search: 'a\0' })).rejects.toThrow('search:');
    await expect(query({ cluster: 'x' })).rejects.toThrow('cluster:');
    for (const cursor of ['x', 'e30', nextCursor!.slice(4)]) {
      await expect(query({ cursor })).rejects.toThrow('cursor: Invalid value');
    }
    await expect(
      query({ cursor: nextCursor, orderBy: 'name' }),
    ).rejects.toThrow('not a cursor of this query');
  });
});
