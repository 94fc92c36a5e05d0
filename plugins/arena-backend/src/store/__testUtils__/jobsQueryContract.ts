import {
  ArenaObject,
  JobsPage,
  JobsQuery,
} from '@backstage-arena/plugin-arena-common';
import { ResourceStore } from '@backstage-arena/plugin-arena-node';
import { input } from './input';

/** A store with the jobs of {@link createQueriedJobs}, and nothing else. */
export interface JobsQueryBed {
  cluster: string;
  namespace: string;
  otherNamespace: string;
  queryJobs(query: JobsQuery): Promise<JobsPage>;
}

const PHASES = ['', 'Running', 'Failed', 'Succeeded'];

/** Makes twelve jobs that differ in all that jobs are found by. */
export async function createQueriedJobs(options: {
  store: Pick<ResourceStore, 'create' | 'updateStatus'>;
  namespace: string;
  otherNamespace: string;
  /** Lets time pass, so that jobs are created at different times: three at a time, so that the order must not rest on it alone. */
  pass: () => Promise<void>;
}): Promise<void> {
  const { store, namespace, otherNamespace, pass } = options;
  for (let i = 0; i < 12; i++) {
    if (i % 3 === 0) await pass();
    const created: ArenaObject = await store.create(
      input(`job-${(i * 5) % 12}-x`, {
        metadata: {
          namespace: i < 8 ? namespace : otherNamespace,
          annotations:
            i % 4 === 0
              ? { 'arena.backstage.io/component': 'component:default/bot' }
              : {},
          labels: i === 1 ? { 'arena.backstage.io/schedule-uid': 'x' } : {},
        },
        spec: {
          type: i % 2 ? 'datagen' : 'evaluation',
          sourceRef: { name: i % 3 ? 'source' : 'other-source' },
        },
      }),
    );
    const phase = PHASES[i % 4];
    if (phase) await store.updateStatus({ ...created, status: { phase } });
  }
  await store.create(
    input('job-source', {
      kind: 'ArenaSource',
      metadata: { namespace },
      spec: { type: 'configmap', configMap: { name: 'x' }, interval: '1m' },
    }),
  );
}

/** What every answer to a query of jobs promises: by name of the promise, what proves it. None of them changes the jobs. */
export function jobsQueryContract(
  bed: () => JobsQueryBed,
): [string, () => Promise<void>][] {
  const query = (options: Partial<JobsQuery>): Promise<JobsPage> =>
    bed().queryJobs({ cluster: bed().cluster, ...options });
  const count = async (options: Partial<JobsQuery>) => {
    const page = await query(options);
    expect(page.items).toHaveLength(page.totalItems);
    return page.totalItems;
  };
  const pageBy = async (
    orderBy: NonNullable<JobsQuery['orderBy']>,
    order: NonNullable<JobsQuery['order']>,
  ) => {
    const whole = (await query({ orderBy, order, limit: 100 })).items;
    const keys = whole.map(job => {
      const { creationTimestamp, name } = job.metadata;
      const phase = String(job.status?.phase ?? 'Pending');
      return { created: creationTimestamp, name, phase }[orderBy];
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
  };

  const promises: Record<string, () => Promise<void>> = {
    'filters by everything that a job is found by': async () => {
      expect(await count({})).toBe(12);
      expect(await count({ namespace: bed().otherNamespace })).toBe(4);
      expect(await count({ phase: ['Running'] })).toBe(3);
      expect(await count({ phase: ['Running', 'Failed'] })).toBe(6);
      expect(await count({ phase: ['Pending'] })).toBe(3);
      expect(await count({ phase: [] })).toBe(12);
      expect(await count({ type: ['datagen'] })).toBe(6);
      expect(await count({ source: 'other-source' })).toBe(4);
      expect(await count({ component: 'component:default/bot' })).toBe(3);
      expect(await count({ children: false })).toBe(11);
      expect(await count({ children: true })).toBe(12);
      expect(await count({ search: 'job-1' })).toBe(3);
      expect(await count({ search: 'JOB-1' })).toBe(3);
      expect(await count({ search: '_' })).toBe(0);
      expect(await count({ search: '%' })).toBe(0);
      expect(await count({ search: '\\' })).toBe(0);
      expect(await count({ search: "' or 1=1 --" })).toBe(0);
      expect(
        await count({ phase: ['Failed'], type: ['evaluation'], search: 'x' }),
      ).toBe(3);
    },

    'shows the newest first unless told otherwise': async () => {
      expect((await query({})).items).toEqual(
        (await query({ orderBy: 'created', order: 'desc' })).items,
      );
      expect((await query({ orderBy: 'name' })).items[0].metadata.name).toBe(
        'job-0-x',
      );
    },

    'refuses wrong parameters by name': async () => {
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
        await expect(query({ cursor })).rejects.toThrow(
          'cursor: Invalid value',
        );
      }
      await expect(
        query({ cursor: nextCursor, orderBy: 'name' }),
      ).rejects.toThrow('not a cursor of this query');
    },
  };
  for (const orderBy of ['created', 'name', 'phase'] as const) {
    for (const order of ['asc', 'desc'] as const) {
      promises[`pages by ${orderBy} ${order} without gap or repetition`] = () =>
        pageBy(orderBy, order);
    }
  }
  return Object.entries(promises);
}
