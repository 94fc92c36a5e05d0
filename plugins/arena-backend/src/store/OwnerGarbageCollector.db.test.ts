import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedStore } from './createEmbeddedStore';
import {
  connectAgain,
  createStore,
  createTestBed,
  eachDatabase,
  input,
  ownedBy,
} from './__testUtils__/storeTestBed';

jest.setTimeout(60_000);

async function names(store: EmbeddedStore): Promise<string[]> {
  const { items } = await store.resources.list('ArenaJob');
  return items.map(item => item.metadata.name);
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await check()) {
      return;
    }
    await sleep(25);
  }
  throw new Error('It did not happen in time');
}

describe.each(eachDatabase())('OwnerGarbageCollector on %s', databaseId => {
  const create = (
    store: EmbeddedStore,
    name: string,
    owner?: ArenaObject,
    metadata: object = {},
  ) =>
    store.resources.create(
      input(name, {
        metadata: { ...(owner && ownedBy(owner)), ...metadata },
      }),
    );

  it('deletes what an object owned, and what that owned, in the background', async () => {
    const { store } = await createTestBed(databaseId);
    store.start();
    const parent = await create(store, 'parent');
    const child = await create(store, 'child', parent);
    await create(store, 'grandchild', child);
    await create(store, 'other');
    await store.resources.delete('ArenaJob', parent.metadata);
    await eventually(async () => (await names(store)).length === 1);
    expect(await names(store)).toEqual(['other']);
  });

  it('goes on where a crash stopped it', async () => {
    const { store, knex } = await createTestBed(databaseId);
    const parent = await create(store, 'parent');
    const child = await create(store, 'child', parent);
    await create(store, 'grandchild', child);
    // This process deletes the owner and dies: nothing runs in its background.
    await store.resources.delete('ArenaJob', parent.metadata);
    expect(await names(store)).toEqual(['child', 'grandchild']);

    const next = createStore(knex);
    expect(await next.garbageCollector.sweep()).toBe(1);
    // Again it dies, half way down.
    const last = createStore(knex);
    last.start();
    await eventually(async () => (await names(last)).length === 0);
  });

  it('goes by UID: a new object under the old name owns nothing', async () => {
    const { store } = await createTestBed(databaseId);
    const parent = await create(store, 'parent');
    await create(store, 'child', parent);
    await store.resources.delete('ArenaJob', parent.metadata);
    await create(store, 'parent');
    await store.garbageCollector.sweep();
    expect(await names(store)).toEqual(['parent']);
  });

  it('deletes what is created for an owner that is gone already', async () => {
    const { store } = await createTestBed(databaseId);
    const parent = await create(store, 'parent');
    await store.resources.delete('ArenaJob', parent.metadata);
    await create(store, 'late', parent);
    expect(await store.garbageCollector.sweep()).toBe(1);
  });

  it('keeps an object while one of its owners lives, without the others', async () => {
    const { store } = await createTestBed(databaseId);
    const [a, b] = [await create(store, 'a'), await create(store, 'b')];
    const references = [a, b].map(owner => ({
      ...ownedBy(owner).ownerReferences![0],
      controller: undefined,
    }));
    const child = await create(store, 'child', undefined, {
      ownerReferences: references,
    });
    await store.resources.delete('ArenaJob', a.metadata);
    expect(await store.garbageCollector.sweep()).toBe(0);
    const kept = await store.resources.get('ArenaJob', child.metadata);
    expect(kept.metadata.ownerReferences?.map(o => o.name)).toEqual(['b']);
    await store.resources.delete('ArenaJob', b.metadata);
    expect(await store.garbageCollector.sweep()).toBe(1);
  });

  it('does not judge owners of other APIs', async () => {
    const { store } = await createTestBed(databaseId);
    const parent = await create(store, 'parent');
    const foreign = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'x',
      uid: 'unknown',
    };
    await create(store, 'foreign', undefined, { ownerReferences: [foreign] });
    const both = await create(store, 'both', undefined, {
      ownerReferences: [foreign, ...ownedBy(parent).ownerReferences!],
    });
    await store.resources.delete('ArenaJob', parent.metadata);
    expect(await store.garbageCollector.sweep()).toBe(0);
    expect(await names(store)).toEqual(['both', 'foreign']);
    expect(
      (await store.resources.get('ArenaJob', both.metadata)).metadata
        .ownerReferences,
    ).toEqual([foreign]);
  });

  it('waits for the finalizers of what it deletes', async () => {
    const { store } = await createTestBed(databaseId);
    const parent = await create(store, 'parent');
    const child = await create(store, 'child', parent, {
      finalizers: ['example.com/x'],
    });
    await create(store, 'grandchild', child);
    await store.resources.delete('ArenaJob', parent.metadata);
    await store.garbageCollector.sweep();
    const deleting = await store.resources.get('ArenaJob', child.metadata);
    expect(deleting.metadata.deletionTimestamp).toBeDefined();
    expect(await store.garbageCollector.sweep()).toBe(0);
    expect(await names(store)).toEqual(['child', 'grandchild']);
    await store.resources.update({
      ...deleting,
      metadata: { ...deleting.metadata, finalizers: [] },
    });
    expect(await store.garbageCollector.sweep()).toBe(1);
    expect(await names(store)).toEqual([]);
  });

  it('deletes everything once when replicas do it at the same time, while statuses are written', async () => {
    const { store, knex } = await createTestBed(databaseId);
    const other =
      databaseId === 'SQLITE_3'
        ? createStore(knex)
        : createStore(await connectAgain(knex));
    const parent = await create(store, 'parent');
    for (let i = 0; i < 120; i++) {
      await create(store, `child-${i}`, parent);
    }
    await store.resources.delete('ArenaJob', parent.metadata);
    const failures = new Set<string>();
    const writing = (async () => {
      for (let i = 0; i < 120; i++) {
        try {
          const child = await store.resources.get('ArenaJob', {
            namespace: 'team',
            name: `child-${i}`,
          });
          await store.resources.updateStatus({ ...child, status: { i } });
        } catch (error) {
          failures.add((error as Error).name);
        }
      }
    })();
    const counts = await Promise.all([
      store.garbageCollector.sweep(),
      other.garbageCollector.sweep(),
    ]);
    await writing;
    failures.delete('NotFoundError');
    failures.delete('ConflictError');
    expect([...failures]).toEqual([]);
    expect(counts[0] + counts[1]).toBe(120);
    expect(await names(store)).toEqual([]);
    const deletions = await knex('resource_revisions').where({
      type: 'DELETED',
    });
    expect(deletions.length).toBe(121);
  });
});
