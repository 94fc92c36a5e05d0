import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { crdAdmission } from '../services/crdAdmission';
import {
  createStore,
  createTestBed,
  eachDatabase,
  input,
} from './__testUtils__/storeTestBed';
import {
  ContractBed,
  resourceStoreContract,
} from './__testUtils__/resourceStoreContract';

jest.setTimeout(60_000);

const KEY = { namespace: 'team', name: 'job' };

describe.each(eachDatabase())('Embedded store on %s', databaseId => {
  let bed: ContractBed;

  beforeEach(async () => {
    const { store } = await createTestBed(databaseId, {
      admission: crdAdmission,
    });
    bed = {
      store: store.resources,
      namespace: 'team',
      otherNamespace: 'other',
    };
  });

  it.each(resourceStoreContract(() => bed))('%s', async (_, prove) => {
    await expect(prove()).resolves.toBeUndefined();
  });
});

describe.each(eachDatabase())('EmbeddedResourceStore on %s', databaseId => {
  it('creates an object with what the server owns', async () => {
    const { store } = await createTestBed(databaseId);
    const created = await store.resources.create(
      input('job', {
        metadata: {
          labels: { team: 'a' },
          uid: 'mine',
          generation: 7,
          creationTimestamp: '2000-01-01T00:00:00Z',
          deletionTimestamp: '2000-01-01T00:00:00Z',
        },
      }),
    );
    expect(created).toEqual({
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: {
        name: 'job',
        namespace: 'team',
        uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: '2026-11-23T10:00:00Z',
        labels: { team: 'a' },
      },
      spec: { sourceRef: { name: 'source' } },
    });
    await expect(store.resources.get('ArenaJob', KEY)).resolves.toEqual(
      created,
    );
  });

  it('keeps kinds and namespaces apart, and puts an object without namespace into default', async () => {
    const { store } = await createTestBed(databaseId);
    await store.resources.create(input('job'));
    await store.resources.create(input('job', { kind: 'ArenaSource' }));
    await store.resources.create(
      input('job', { metadata: { namespace: 'other' } }),
    );
    const last = await store.resources.create(
      input('job', { metadata: { namespace: undefined } }),
    );
    expect(last.metadata.namespace).toBe('default');
    await expect(store.resources.create(input('job'))).rejects.toMatchObject({
      name: 'ConflictError',
      message: 'arenajobs.omnia.altairalabs.ai "job" already exists',
    });
  });

  it('says which object was not found', async () => {
    const { store } = await createTestBed(databaseId);
    await expect(store.resources.get('ArenaJob', KEY)).rejects.toMatchObject({
      name: 'NotFoundError',
      message: 'arenajobs.omnia.altairalabs.ai "job" not found',
    });
    await expect(
      store.resources.get('ArenaJob', { namespace: 'a\0b', name: '\0' }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(
      store.resources.delete('ArenaSource', KEY),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('refuses a stale update, and takes one without version as the last word', async () => {
    const { store } = await createTestBed(databaseId);
    const first = await store.resources.create(input('job'));
    const second = await store.resources.update({
      ...first,
      spec: { sourceRef: { name: 'b' } },
    });
    expect(second.metadata.resourceVersion).toBe('2');
    await expect(
      store.resources.update({ ...first, spec: { sourceRef: { name: 'c' } } }),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining('the object has been modified'),
    });
    const third = await store.resources.update(
      input('job', { spec: { sourceRef: { name: 'd' } } }),
    );
    expect(third.spec).toEqual({ sourceRef: { name: 'd' } });
    await expect(
      store.resources.update(input('job', { metadata: { uid: 'other' } })),
    ).rejects.toMatchObject({
      name: 'ConflictError',
      message: expect.stringContaining('Precondition failed: UID'),
    });
  });

  it('raises the generation for a new spec alone', async () => {
    const { store } = await createTestBed(databaseId);
    const created = await store.resources.create(input('job'));
    const labelled = await store.resources.update({
      ...created,
      metadata: { ...created.metadata, labels: { a: 'b' } },
    });
    expect(labelled.metadata.generation).toBe(1);
    const withStatus = await store.resources.updateStatus({
      ...labelled,
      status: { phase: 'Running' },
    });
    expect(withStatus.metadata.generation).toBe(1);
    const changed = await store.resources.update({
      ...withStatus,
      spec: { sourceRef: { name: 'other' } },
    });
    expect(changed.metadata.generation).toBe(2);
    expect(changed.status).toEqual({ phase: 'Running' });
  });

  it('writes status alone, and never from an update', async () => {
    const { store } = await createTestBed(databaseId);
    const created = await store.resources.create({
      ...input('job'),
      ...{ status: { phase: 'Succeeded' } },
    });
    expect(created.status).toBeUndefined();
    const written = await store.resources.updateStatus({
      ...created,
      metadata: { ...created.metadata, labels: { a: 'b' } },
      spec: { sourceRef: { name: 'changed' } },
      status: { phase: 'Running' },
    });
    expect(written).toMatchObject({
      spec: { sourceRef: { name: 'source' } },
      status: { phase: 'Running' },
    });
    expect(written.metadata.labels).toBeUndefined();
    await expect(
      store.resources.updateStatus({ ...created, status: { phase: 'Failed' } }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
  });

  it('does not let the status of a former object onto its successor', async () => {
    const { store } = await createTestBed(databaseId);
    const former = await store.resources.create(input('job'));
    await store.resources.delete('ArenaJob', KEY);
    const successor = await store.resources.create(input('job'));
    await expect(
      store.resources.updateStatus({
        ...former,
        metadata: {
          ...former.metadata,
          resourceVersion: successor.metadata.resourceVersion,
        },
        status: { phase: 'Failed' },
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    expect((await store.resources.get('ArenaJob', KEY)).status).toBeUndefined();
  });

  it('takes a write that changes nothing for no change', async () => {
    const { store } = await createTestBed(databaseId);
    const created = await store.resources.create(
      input('job', { spec: { a: 1, b: { c: 2, d: 3 } } }),
    );
    const same = await store.resources.update({
      ...created,
      spec: { b: { d: 3, c: 2 }, a: 1 },
    });
    expect(same.metadata.resourceVersion).toBe(
      created.metadata.resourceVersion,
    );
    expect(await store.changes.currentVersion()).toBe('1');
  });

  it('deletes under preconditions', async () => {
    const { store } = await createTestBed(databaseId);
    const created = await store.resources.create(input('job'));
    await expect(
      store.resources.delete('ArenaJob', KEY, {
        preconditions: { uid: 'other' },
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await expect(
      store.resources.delete('ArenaJob', KEY, {
        preconditions: { resourceVersion: '99' },
      }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    const deleted = await store.resources.delete('ArenaJob', KEY, {
      preconditions: { uid: created.metadata.uid, resourceVersion: '1' },
    });
    expect(deleted.spec).toEqual(created.spec);
    await expect(store.resources.get('ArenaJob', KEY)).rejects.toThrow(
      'not found',
    );
  });

  it('keeps an object with finalizers until the last one is gone', async () => {
    const { store } = await createTestBed(databaseId);
    await store.resources.create(
      input('job', { metadata: { finalizers: ['example.com/a'] } }),
    );
    const deleting = await store.resources.delete('ArenaJob', KEY);
    expect(deleting.metadata.deletionTimestamp).toBe('2026-11-23T10:00:00Z');
    const again = await store.resources.delete('ArenaJob', KEY);
    expect(again.metadata.resourceVersion).toBe(
      deleting.metadata.resourceVersion,
    );
    await expect(
      store.resources.update({
        ...deleting,
        metadata: {
          ...deleting.metadata,
          finalizers: ['example.com/a', 'example.com/b'],
        },
      }),
    ).rejects.toMatchObject({
      name: 'InvalidObjectError',
      message: expect.stringContaining('no new finalizers can be added'),
    });
    await store.resources.update({
      ...deleting,
      metadata: { ...deleting.metadata, finalizers: [] },
    });
    await expect(store.resources.get('ArenaJob', KEY)).rejects.toThrow(
      'not found',
    );
  });

  it('makes up names, and others when they are taken', async () => {
    const { store } = await createTestBed(databaseId);
    const create = () =>
      store.resources.create(
        input('', { metadata: { generateName: 'nightly-' } }),
      );
    const names = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const created = await create();
      expect(created.metadata.name).toMatch(/^nightly-[a-z0-9]{5}$/);
      names.add(created.metadata.name);
    }
    expect(names.size).toBe(20);
    const long = await store.resources.create(
      input('', { metadata: { generateName: `${'a'.repeat(80)}-` } }),
    );
    expect(long.metadata.name).toHaveLength(63);
  });

  it('leaves nothing of a dry run', async () => {
    const { store, knex } = await createTestBed(databaseId);
    const dry = await store.resources.create(input('job'), { dryRun: true });
    expect(dry.metadata.uid).not.toBe('');
    await expect(store.resources.get('ArenaJob', KEY)).rejects.toThrow();

    const created = await store.resources.create(input('job'));
    await expect(
      store.resources.create(input('job'), { dryRun: true }),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    const changed = await store.resources.update(
      { ...created, spec: { sourceRef: { name: 'b' } } },
      { dryRun: true },
    );
    expect(changed.metadata.generation).toBe(2);
    await store.resources.delete('ArenaJob', KEY, { dryRun: true });

    await expect(store.resources.get('ArenaJob', KEY)).resolves.toEqual(
      created,
    );
    expect(await store.changes.currentVersion()).toBe('1');
    expect(await knex('resource_revisions').select()).toHaveLength(1);
  });

  it.each<[string, Partial<ArenaObject['metadata']>, string]>([
    ['name', { name: 'Upper' }, 'metadata.name'],
    ['name', { name: 'a\0b' }, 'metadata.name'],
    ['namespace', { namespace: 'a.b' }, 'metadata.namespace'],
    ['label', { labels: { ok: 'not ok' } }, 'metadata.labels[ok]'],
    ['label key', { labels: { '-x': 'a' } }, 'metadata.labels'],
    [
      'finalizer',
      { finalizers: ['spaces are wrong'] },
      'metadata.finalizers[0]',
    ],
    [
      'owner',
      {
        ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: '' }],
      },
      'metadata.ownerReferences[0].uid',
    ],
    [
      'UID of an owner',
      {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'X', name: 'x', uid: 'a\0b' },
        ],
      },
      'metadata.ownerReferences[0].uid',
    ],
    [
      'pair of controllers',
      {
        ownerReferences: ['a', 'b'].map(name => ({
          apiVersion: 'v1',
          kind: 'X',
          name,
          uid: name,
          controller: true,
        })),
      },
      'metadata.ownerReferences',
    ],
  ])('refuses a wrong %s and names the field', async (_, metadata, field) => {
    const { store } = await createTestBed(databaseId, {
      admission: crdAdmission,
    });
    await expect(
      store.resources.create(input('job', { metadata })),
    ).rejects.toMatchObject({
      name: 'InvalidObjectError',
      causes: [expect.objectContaining({ field })],
    });
  });

  it('refuses what is no object of the API', async () => {
    const { store } = await createTestBed(databaseId, {
      admission: crdAdmission,
    });
    const wrong = (change: object) =>
      store.resources.create({ ...input('job'), ...change });
    await expect(wrong({ kind: 'Pod' })).rejects.toThrow('Unknown kind "Pod"');
    await expect(wrong({ apiVersion: 'v1' })).rejects.toThrow(
      'apiVersion: Unsupported value: "v1"',
    );
    await expect(wrong({ metadata: undefined })).rejects.toThrow(
      'metadata: Invalid value: null',
    );
    await expect(wrong({ metadata: {} })).rejects.toThrow(
      'name or generateName is required',
    );
    expect(await store.changes.currentVersion()).toBe('0');
  });

  it('refuses an object that is too large', async () => {
    const { store } = await createTestBed(databaseId);
    await expect(
      store.resources.create(
        input('job', { spec: { text: 'x'.repeat(1024 * 1024) } }),
      ),
    ).rejects.toThrow('The object is too large');
    expect(await store.changes.currentVersion()).toBe('0');
  });

  it('applies the rules of the kinds: defaults, unknown fields, status', async () => {
    const { store } = await createTestBed(databaseId, {
      admission: crdAdmission,
    });
    const created = await store.resources.create(input('job'));
    expect(created.spec).toMatchObject({
      type: 'evaluation',
      sourceRef: { name: 'source' },
    });
    await expect(
      store.resources.create(
        input('other', {
          spec: { sourceRef: { name: 'source' }, workerz: {} },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidObjectError',
      message: expect.stringContaining('workerz'),
    });
    await expect(
      store.resources.update({ ...created, spec: { type: 'loadtest' } }),
    ).rejects.toMatchObject({
      name: 'InvalidObjectError',
      causes: expect.arrayContaining([
        expect.objectContaining({ field: 'spec.sourceRef' }),
      ]),
    });
    await expect(
      store.resources.updateStatus({ ...created, status: { phase: 'Lazy' } }),
    ).rejects.toMatchObject({
      name: 'InvalidObjectError',
      causes: [expect.objectContaining({ field: 'status.phase' })],
    });
    expect(await store.changes.currentVersion()).toBe('1');
  });

  it('carries text that a database may stumble over', async () => {
    const { store } = await createTestBed(databaseId);
    const spec = { sourceRef: { name: 'a\0b' }, text: '\0 \ud800 💡 \u2028' };
    const created = await store.resources.create(
      input('job', {
        spec,
        metadata: { annotations: { 'arena.backstage.io/component': 'a\0b' } },
      }),
    );
    const read = await store.resources.get('ArenaJob', KEY);
    expect(read).toEqual(created);
    expect(read.spec).toEqual(spec);
  });

  it('never shares objects', async () => {
    const { store } = await createTestBed(databaseId);
    const given = input('job');
    const created = await store.resources.create(given);
    given.spec.sourceRef = 'changed';
    created.spec.sourceRef = 'changed too';
    expect((await store.resources.get('ArenaJob', KEY)).spec).toEqual({
      sourceRef: { name: 'source' },
    });
  });

  it('is found again by another store on the same database', async () => {
    const { store, knex } = await createTestBed(databaseId);
    const created = await store.resources.create(input('job'));
    const other = createStore(knex);
    await expect(other.resources.get('ArenaJob', KEY)).resolves.toEqual(
      created,
    );
    const elsewhere = createStore(knex, { cluster: 'elsewhere' });
    await expect(elsewhere.resources.get('ArenaJob', KEY)).rejects.toThrow();
    await elsewhere.resources.create(input('job'));
  });
});
