import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { EmbeddedStore } from './createEmbeddedStore';
import {
  createTestBed,
  eachDatabase,
  input,
} from './__testUtils__/storeTestBed';

jest.setTimeout(180_000);

function namesOf(objects: ArenaObject[]): string[] {
  return objects.map(o => `${o.metadata.namespace}/${o.metadata.name}`);
}

describe.each(eachDatabase())('Lists on %s', databaseId => {
  it('shows one order, whatever the collation of the database', async () => {
    const { store } = await createTestBed(databaseId);
    const names = ['b', 'a-b', 'a.b', 'ab', 'a', 'a1', 'a-1', 'aa'];
    for (const name of names) {
      await store.resources.create(input(name));
    }
    await store.resources.create(
      input('z', { metadata: { namespace: 'earlier' } }),
    );
    const { items, metadata } = await store.resources.list('ArenaJob');
    expect(namesOf(items)).toEqual([
      'earlier/z',
      ...[...names].sort().map(name => `team/${name}`),
    ]);
    expect(metadata).toEqual({ resourceVersion: '9' });
    expect(
      namesOf(
        (await store.resources.list('ArenaJob', { namespace: 'earlier' }))
          .items,
      ),
    ).toEqual(['earlier/z']);
    expect((await store.resources.list('ArenaSource')).items).toEqual([]);
  });

  it('selects by labels and fields', async () => {
    const { store } = await createTestBed(databaseId);
    const create = async (
      name: string,
      labels: Record<string, string>,
      phase?: string,
    ) => {
      const created = await store.resources.create(
        input(name, {
          metadata: { labels },
          spec: { type: 'evaluation', sourceRef: { name: `source-${name}` } },
        }),
      );
      if (phase) {
        await store.resources.updateStatus({ ...created, status: { phase } });
      }
    };
    await create('a', { team: 'x', tier: 'gold' }, 'Running');
    await create('b', { team: 'x' }, 'Failed');
    await create('c', { team: 'y', empty: '' });
    const select = async (labelSelector: string, fieldSelector?: string) =>
      (
        await store.resources.list('ArenaJob', { labelSelector, fieldSelector })
      ).items.map(o => o.metadata.name);
    expect(await select('team=x')).toEqual(['a', 'b']);
    expect(await select('team in (x,y),!tier')).toEqual(['b', 'c']);
    expect(await select('tier!=gold')).toEqual(['b', 'c']);
    expect(await select('empty=')).toEqual(['c']);
    expect(await select('tier')).toEqual(['a']);
    expect(await select('', 'status.phase=Running')).toEqual(['a']);
    expect(await select('', 'status.phase=')).toEqual(['c']);
    expect(await select('team=x', 'status.phase!=Failed')).toEqual(['a']);
    expect(await select('', 'spec.sourceRef.name=source-b')).toEqual(['b']);
    expect(await select('', 'metadata.name!=a')).toEqual(['b', 'c']);

    const b = await store.resources.get('ArenaJob', {
      namespace: 'team',
      name: 'b',
    });
    await store.resources.update({
      ...b,
      metadata: { ...b.metadata, labels: { team: 'z' } },
    });
    expect(await select('team=x')).toEqual(['a']);
    expect(await select('team=z')).toEqual(['b']);
  });

  it('refuses wrong options by name', async () => {
    const { store } = await createTestBed(databaseId);
    await store.resources.create(input('a'));
    await store.resources.create(input('b'));
    const { metadata } = await store.resources.list('ArenaJob', { limit: 1 });
    const list = (options: object) => store.resources.list('ArenaJob', options);
    await expect(list({ limit: -1 })).rejects.toThrow('limit: Invalid value');
    await expect(list({ limit: NaN })).rejects.toThrow('limit: Invalid value');
    await expect(list({ namespace: '\0' })).rejects.toThrow('namespace');
    for (const token of ['x', 'e30', metadata.continue!.slice(2)]) {
      await expect(list({ continue: token })).rejects.toThrow(
        'continue: Invalid value',
      );
    }
    await expect(
      list({ continue: metadata.continue, labelSelector: 'a' }),
    ).rejects.toThrow('belongs to a list with another kind');
    await expect(store.resources.list('Pod' as 'ArenaJob')).rejects.toThrow(
      'Unknown kind',
    );
  });

  it.each<[string, object, (number | undefined)[]]>([
    ['all objects', {}, [9, 6, 3, undefined]],
    // As in Kubernetes, nobody counts behind a selector.
    [
      'selected objects',
      { labelSelector: 'keep=yes' },
      [undefined, undefined, undefined, undefined],
    ],
  ])(
    'shows %s as they were at the beginning on every page, whatever happens meanwhile',
    async (_, selector, remaining) => {
      const { store } = await createTestBed(databaseId);
      const labels = { keep: 'yes' };
      for (let i = 0; i < 12; i++) {
        await store.resources.create(
          input(`job-${String(i).padStart(2, '0')}`, { metadata: { labels } }),
        );
      }
      const before = await store.resources.list('ArenaJob');
      const next = (token?: string) =>
        store.resources.list('ArenaJob', {
          ...selector,
          limit: 3,
          continue: token,
        });

      const pages = [await next()];
      await changeMuch(store, labels);
      for (let token = pages[0].metadata.continue; token; ) {
        const page = await next(token);
        pages.push(page);
        token = page.metadata.continue;
      }
      expect(pages.flatMap(page => page.items)).toEqual(before.items);
      expect(pages.map(page => page.metadata.remainingItemCount)).toEqual(
        remaining,
      );
      expect(new Set(pages.map(page => page.metadata.resourceVersion))).toEqual(
        new Set([before.metadata.resourceVersion]),
      );

      const after = namesOf((await store.resources.list('ArenaJob')).items);
      expect(after).toContain('team/job-05-new');
      expect(after).not.toContain('team/job-04');
    },
  );

  async function changeMuch(
    { resources }: EmbeddedStore,
    labels: Record<string, string>,
  ): Promise<void> {
    const at = (name: string) => ({ namespace: 'team', name });
    await resources.delete('ArenaJob', at('job-04'));
    await resources.delete('ArenaJob', at('job-07'));
    await resources.create(input('job-07', { spec: { again: true } }));
    await resources.create(input('job-05-new', { metadata: { labels } }));
    const changed = await resources.get('ArenaJob', at('job-09'));
    const once = await resources.updateStatus({
      ...changed,
      status: { phase: 'Running' },
    });
    await resources.update({
      ...once,
      metadata: { ...once.metadata, labels: { keep: 'no' } },
    });
  }

  it('says when it no longer knows how things were', async () => {
    const { store, clock } = await createTestBed(databaseId, {
      historyRetentionMs: 60_000,
    });
    for (const name of ['a', 'b', 'c']) {
      await store.resources.create(input(name));
    }
    const { metadata } = await store.resources.list('ArenaJob', { limit: 1 });
    await store.resources.update(input('c', { spec: { changed: true } }));
    const go = () =>
      store.resources.list('ArenaJob', {
        limit: 1,
        continue: metadata.continue,
      });
    await go();
    clock.advance(61_000);
    await store.compactor.compact();
    await expect(go()).rejects.toMatchObject({ name: 'GoneError' });
    expect((await store.resources.list('ArenaJob')).items).toHaveLength(3);
  });

  it('pages through 10,000 objects, each page as quickly as the first', async () => {
    const { store, knex } = await createTestBed(databaseId);
    const total = 10_000;
    const revisions = [];
    const resources = [];
    for (let i = 1; i <= total; i++) {
      const name = `job-${String(i).padStart(5, '0')}`;
      const object = {
        ...input(name),
        metadata: {
          name,
          namespace: 'team',
          uid: name,
          resourceVersion: `${i}`,
        },
      };
      const key = { cluster: 'embedded', kind: 'ArenaJob', namespace: 'team' };
      resources.push({
        ...key,
        uid: name,
        name,
        resource_version: i,
        created_at: i,
        phase: i % 2 ? 'Running' : 'Failed',
        spec_type: 'evaluation',
        source_name: 'source',
        component: '',
      });
      revisions.push({
        ...key,
        uid: name,
        name,
        resource_version: i,
        type: 'ADDED',
        changed_at: i,
        document: JSON.stringify(object),
      });
    }
    await knex.batchInsert('resources', resources, 50);
    await knex.batchInsert('resource_revisions', revisions, 50);
    await knex('resource_stores').insert({
      cluster: 'embedded',
      resource_version: total,
      compacted_version: 0,
    });

    const durations: number[] = [];
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const start = performance.now();
      const page = await store.resources.list('ArenaJob', {
        limit: 250,
        continue: token,
      });
      durations.push(performance.now() - start);
      page.items.forEach(item => seen.add(item.metadata.name));
      expect(page.metadata.remainingItemCount ?? 0).toBe(total - seen.size);
      token = page.metadata.continue;
    } while (token);
    expect(seen.size).toBe(total);
    const median = (values: number[]) =>
      [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
    expect(median(durations)).toBeLessThan(250);
    expect(median(durations.slice(-10))).toBeLessThan(
      5 * median(durations.slice(0, 10)) + 20,
    );

    const all = await store.resources.list('ArenaJob', {
      fieldSelector: 'status.phase=Running',
    });
    expect(all.items).toHaveLength(total / 2);

    const start = performance.now();
    const jobs = await store.jobs.queryJobs({
      cluster: 'embedded',
      phase: ['Running'],
      orderBy: 'created',
      limit: 50,
    });
    expect(performance.now() - start).toBeLessThan(500);
    expect(jobs.totalItems).toBe(total / 2);
    expect(jobs.items[0].metadata.name).toBe('job-09999');
  });
});
