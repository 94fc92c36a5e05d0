import { WatchEvent } from '@backstage-arena/plugin-arena-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedStore, EmbeddedStoreOptions } from './createEmbeddedStore';
import {
  connectAgain,
  createStore,
  createTestBed,
  eachDatabase,
  input,
} from './__testUtils__/storeTestBed';

jest.setTimeout(120_000);

const KEY = { namespace: 'team', name: 'job' };

function briefly(event: WatchEvent): string {
  const { metadata, kind } = event.object;
  return `${event.type} ${kind} ${metadata.name}@${metadata.resourceVersion}`;
}

/** Collects changes until there are so many, or the test takes too long. */
async function take(
  store: EmbeddedStore,
  count: number,
  options: {
    from?: string;
    kind?: Parameters<EmbeddedStore['resources']['watch']>[0];
    namespace?: string;
  } = {},
): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  const abort = AbortSignal.timeout(20_000);
  for await (const event of store.resources.watch(options.kind ?? 'all', {
    resourceVersion: options.from ?? '0',
    namespace: options.namespace,
    signal: abort,
  })) {
    events.push(event);
    if (events.length === count) {
      break;
    }
  }
  return events;
}

describe.each(eachDatabase())('Watches on %s', databaseId => {
  const setUp = (options?: Partial<EmbeddedStoreOptions>) =>
    createTestBed(databaseId, options);

  async function lifeOfJob(store: EmbeddedStore): Promise<void> {
    const created = await store.resources.create(input('job'));
    await store.resources.create(input('job', { kind: 'ArenaSource' }));
    const running = await store.resources.updateStatus({
      ...created,
      status: { phase: 'Running' },
    });
    await store.resources.update({ ...running, spec: { changed: true } });
    await store.resources.create(
      input('other', { metadata: { namespace: 'other' } }),
    );
    await store.resources.delete('ArenaJob', KEY);
  }

  it('tells every change in order, with the state that it led to', async () => {
    const { store } = await setUp();
    await lifeOfJob(store);
    const events = await take(store, 6);
    expect(events.map(briefly)).toEqual([
      'ADDED ArenaJob job@1',
      'ADDED ArenaSource job@2',
      'MODIFIED ArenaJob job@3',
      'MODIFIED ArenaJob job@4',
      'ADDED ArenaJob other@5',
      'DELETED ArenaJob job@6',
    ]);
    expect(events[2].object).toMatchObject({
      spec: { sourceRef: { name: 'source' } },
      status: { phase: 'Running' },
    });
    expect(events[5].object).toMatchObject({
      spec: { changed: true },
      status: { phase: 'Running' },
    });
  });

  it('tells the kind and namespace that it is asked for alone', async () => {
    const { store } = await setUp();
    await lifeOfJob(store);
    expect(
      (await take(store, 4, { kind: 'ArenaJob', namespace: 'team' })).map(
        briefly,
      ),
    ).toEqual([
      'ADDED ArenaJob job@1',
      'MODIFIED ArenaJob job@3',
      'MODIFIED ArenaJob job@4',
      'DELETED ArenaJob job@6',
    ]);
    expect(
      (await take(store, 1, { kind: 'ArenaSource' })).map(briefly),
    ).toEqual(['ADDED ArenaSource job@2']);
  });

  it('resumes from every version without a gap or a repetition', async () => {
    const { store } = await setUp();
    await lifeOfJob(store);
    const all = (await take(store, 6)).map(briefly);
    for (let version = 0; version < 6; version++) {
      const rest = await take(store, 6 - version, { from: String(version) });
      expect(rest.map(briefly)).toEqual(all.slice(version));
    }
  });

  it('follows a list without a gap', async () => {
    const { store } = await setUp();
    await store.resources.create(input('job'));
    const { metadata } = await store.resources.list('ArenaJob');
    const next = take(store, 1, { from: metadata.resourceVersion });
    await sleep(50);
    await store.resources.delete('ArenaJob', KEY);
    expect((await next).map(briefly)).toEqual(['DELETED ArenaJob job@2']);
  });

  it('hears of changes in this process at once, and of those elsewhere by polling', async () => {
    const { store, knex } = await setUp({ pollIntervalMs: 60_000 });
    const polling = createStore(knex, { pollIntervalMs: 20 });
    const [here, there] = [take(store, 1), take(polling, 1)];
    await sleep(50);
    const start = performance.now();
    await store.resources.create(input('job'));
    expect(await here).toHaveLength(1);
    expect(await there).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('ends when asked to, waiting or not', async () => {
    const { store } = await setUp();
    const abort = new AbortController();
    const seen: WatchEvent[] = [];
    const watch = async () => {
      for await (const event of store.resources.watch('all', {
        resourceVersion: '0',
        signal: abort.signal,
      })) {
        seen.push(event);
      }
      return 'ended';
    };
    const waiting = watch();
    await sleep(30);
    abort.abort();
    await expect(waiting).resolves.toBe('ended');
    await store.resources.create(input('job'));
    await expect(watch()).resolves.toBe('ended');
    expect(seen).toEqual([]);
  });

  it('refuses what is no version, and one that it never gave out', async () => {
    const { store } = await setUp();
    for (const from of ['', '-1', '1.5', 'abc', '1e3']) {
      await expect(take(store, 1, { from })).rejects.toThrow(
        'resourceVersion: Invalid value',
      );
    }
    await expect(take(store, 1, { from: '7' })).rejects.toMatchObject({
      name: 'GoneError',
    });
  });

  it('says that it has forgotten, and what is not forgotten is whole', async () => {
    const { store, clock, knex } = await setUp({ historyRetentionMs: 60_000 });
    await lifeOfJob(store);
    clock.advance(61_000);
    await store.resources.create(input('late'));
    await store.compactor.compact();
    for (let version = 0; version < 6; version++) {
      await expect(
        take(store, 1, { from: String(version) }),
      ).rejects.toMatchObject({ name: 'GoneError' });
    }
    expect((await take(store, 1, { from: '6' })).map(briefly)).toEqual([
      'ADDED ArenaJob late@7',
    ]);
    // What exists is kept: job of kind ArenaSource, other, late.
    expect((await knex('resource_revisions').select()).length).toBe(3);
    expect((await store.resources.list('ArenaJob')).items).toHaveLength(2);
    await store.resources.get('ArenaSource', KEY);
  });

  it('keeps a bounded number of changes', async () => {
    const { store, knex } = await setUp({ historyMaxChanges: 10 });
    const job = await store.resources.create(input('job'));
    let current = job;
    for (let i = 0; i < 40; i++) {
      current = await store.resources.updateStatus({
        ...current,
        status: { round: i },
      });
    }
    await store.compactor.compact();
    // Ten changes, and the state before the first of them.
    expect((await knex('resource_revisions').select()).length).toBe(11);
    await expect(take(store, 1, { from: '30' })).rejects.toMatchObject({
      name: 'GoneError',
    });
    expect(await take(store, 10, { from: '31' })).toHaveLength(10);
  });

  it('keeps a watch alive that has nothing to tell, while others change and history goes', async () => {
    const { store, clock } = await setUp({ historyRetentionMs: 1 });
    const abort = new AbortController();
    const events: string[] = [];
    const watching = (async () => {
      for await (const event of store.resources.watch('ArenaSource', {
        resourceVersion: '0',
        signal: abort.signal,
      })) {
        events.push(briefly(event));
        abort.abort();
      }
    })();
    for (let i = 0; i < 10; i++) {
      await store.resources.create(input(`job-${i}`));
      await sleep(20);
      clock.advance(1_000);
      await store.compactor.compact();
    }
    await store.resources.create(input('late', { kind: 'ArenaSource' }));
    await watching;
    expect(events).toEqual(['ADDED ArenaSource late@11']);
  });

  it('never skips a change of many writers at once, in several processes', async () => {
    if (databaseId === 'SQLITE_3') {
      return; // In memory there is one connection, so one writer.
    }
    const { store, knex } = await setUp();
    const stores = [store, createStore(await connectAgain(knex))];
    const perWriter = databaseId === 'SQLITE_FILE' ? 30 : 60;
    const writers = 6;
    const total = perWriter * writers * 2;
    const watches = stores.map(each => take(each, total));
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const { resources } = stores[writer % 2];
        for (let i = 0; i < perWriter; i++) {
          const created = await resources.create(input(`w${writer}-${i}`));
          await resources.updateStatus({
            ...created,
            status: { phase: 'Running' },
          });
        }
      }),
    );
    for (const events of await Promise.all(watches)) {
      expect(
        events.map(e => Number(e.object.metadata.resourceVersion)),
      ).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    }
  });

  it('lets exactly one of many writers win each name and each version', async () => {
    if (databaseId === 'SQLITE_3') {
      return;
    }
    const { store, knex } = await setUp();
    const stores = [store, createStore(await connectAgain(knex))];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        stores[i % 2].resources.create(input('job')),
      ),
    );
    const results = outcomes.map(outcome =>
      outcome.status === 'fulfilled' ? 'won' : outcome.reason.name,
    );
    expect(results.sort()).toEqual([...Array(9).fill('ConflictError'), 'won']);

    const job = await store.resources.get('ArenaJob', KEY);
    const updates = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        stores[i % 2].resources.update({ ...job, spec: { writer: i } }),
      ),
    );
    expect(updates.filter(o => o.status === 'fulfilled')).toHaveLength(1);

    // Without a version the last word counts, and every word is heard.
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        stores[i % 2].resources.update(input('job', { spec: { all: i } })),
      ),
    );
    expect(
      (await store.resources.get('ArenaJob', KEY)).metadata.generation,
    ).toBe(12);
  });
});
