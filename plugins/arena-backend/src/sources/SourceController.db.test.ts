import {
  ArenaEvent,
  ArenaSource,
  ArenaSourceSpec,
} from '@backstage-arena/plugin-arena-common';
import {
  FetchedSource,
  SourceFetcher,
  SourceFetchError,
} from '@backstage-arena/plugin-arena-node';
import { JsonObject } from '@backstage/types';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { DatabaseSnapshotStore } from '../snapshots/DatabaseSnapshotStore';
import { crdAdmission } from '../services/crdAdmission';
import { Admission } from '../store/Admission';
import {
  admitAll,
  createTestBed,
  eachDatabase,
  input,
} from '../store/__testUtils__/storeTestBed';
import { SourceController } from './SourceController';
import { SourceRevisions } from './revisions/SourceRevisions';
import { sourceReferences } from './sourceReferences';
import { WorkspaceUploads } from './upload/WorkspaceUploads';

jest.setTimeout(60_000);

const KEY = { namespace: 'team', name: 'source' };

/** A source whose content the test decides. */
class TestFetcher implements SourceFetcher {
  readonly type = 'workspace';
  revision = 'one';
  content = 'content one';
  error: Error | undefined;
  fetches = 0;
  during: (() => Promise<void>) | undefined;
  deaf = false;
  archive: Readable | undefined;

  async fetch(): Promise<FetchedSource> {
    this.fetches++;
    await this.during?.();
    if (this.deaf) {
      await new Promise(() => {});
    }
    if (this.error) {
      throw this.error;
    }
    this.archive = Readable.from([this.content], { objectMode: false });
    return { revision: this.revision, archive: this.archive };
  }
}

describe.each(eachDatabase())('SourceController on %s', databaseId => {
  async function setUp(admission: Admission = crdAdmission) {
    const bed = await createTestBed(databaseId, { admission });
    const { knex, clock, store } = bed;
    const fetcher = new TestFetcher();
    const snapshots = new DatabaseSnapshotStore({ knex, clock });
    const revisions = new SourceRevisions({ knex, clock });
    const uploads = new WorkspaceUploads({
      knex,
      snapshots,
      clock,
      enabled: true,
      temporaryDirectory: tmpdir(),
      readOnlyRoots: [],
    });
    const options = {
      store: store.resources,
      snapshots,
      revisions,
      uploads,
      events: store.events,
      fetchers: [fetcher],
      clock,
      random: () => 0.5,
    };
    const controller = new SourceController(options);
    const create = (spec: Partial<ArenaSourceSpec> = {}) =>
      store.resources.create<ArenaSource>(
        input('source', {
          kind: 'ArenaSource',
          spec: {
            type: 'workspace',
            workspace: { path: 'x' },
            interval: '10m',
            timeout: '1m',
            ...spec,
          } as JsonObject,
        }),
      );
    const get = () => store.resources.get<ArenaSource>('ArenaSource', KEY);
    const edit = async (change: (source: ArenaSource) => void) => {
      const source = await get();
      change(source);
      return store.resources.update(source as never);
    };
    const events = async (): Promise<Pick<ArenaEvent, 'reason' | 'count'>[]> =>
      (await store.events.list((await get()).metadata)).map(
        ({ reason, count }) => ({ reason, count }),
      );
    const condition = async (type: string) =>
      (await get()).status?.conditions?.find(c => c.type === type);
    return {
      ...bed,
      fetcher,
      snapshots,
      revisions,
      uploads,
      options,
      controller,
      create,
      get,
      edit,
      events,
      condition,
    };
  }

  it('fetches a new source, stores its content and says so', async () => {
    const { controller, create, get, snapshots, events } = await setUp();
    await create();
    await expect(controller.reconcile(KEY)).resolves.toEqual({
      requeueAfterMs: 630_000,
    });
    const { status } = await get();
    expect(status).toMatchObject({
      phase: 'Ready',
      observedGeneration: 1,
      artifact: {
        revision: 'one',
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        size: 11,
        lastUpdateTime: '2026-11-23T10:00:00Z',
      },
      lastFetchTime: '2026-11-23T10:00:00Z',
      nextFetchTime: '2026-11-23T10:10:30Z',
      lastSyncRevision: 'one',
    });
    const { artifact } = status!;
    expect(artifact?.version).toBe(artifact?.digest.slice(7, 19));
    expect(await snapshots.has(artifact!.digest)).toBe(true);
    expect(
      status?.conditions?.map(c => `${c.type}=${c.status}/${c.reason}`).sort(),
    ).toEqual([
      'ArtifactAvailable=True/ArtifactStored',
      'Fetching=False/FetchComplete',
      'Ready=True/Ready',
      'SourceValid=True/SourceValid',
    ]);
    expect(await events()).toEqual([
      { reason: 'FetchSucceeded', count: 1 },
      { reason: 'FetchStarted', count: 1 },
    ]);
  });

  it('waits for the interval, and then stores new content alone', async () => {
    const { controller, create, get, fetcher, clock, events } = await setUp();
    await create();
    await controller.reconcile(KEY);
    const first = await get();
    clock.advance(60_000);
    await expect(controller.reconcile(KEY)).resolves.toEqual({
      requeueAfterMs: 569_750,
    });
    expect(fetcher.fetches).toBe(1);
    expect(await get()).toEqual(first);

    clock.advance(570_000);
    await controller.reconcile(KEY);
    expect(fetcher.fetches).toBe(2);
    expect(fetcher.archive?.destroyed).toBe(true);
    expect((await get()).status).toMatchObject({
      phase: 'Ready',
      artifact: first.status!.artifact,
      lastFetchTime: '2026-11-23T10:10:30Z',
    });
    expect(await events()).toHaveLength(2);

    fetcher.revision = 'two';
    fetcher.content = 'content two!';
    clock.advance(660_000);
    await controller.reconcile(KEY);
    expect((await get()).status?.artifact).toMatchObject({
      revision: 'two',
      size: 12,
      lastUpdateTime: '2026-11-23T10:21:30Z',
    });
    expect(await events()).toHaveLength(3);
  });

  it('stores again what was lost', async () => {
    const { controller, create, get, clock, snapshots } = await setUp();
    await create();
    await controller.reconcile(KEY);
    const { artifact } = (await get()).status!;
    await snapshots.delete(artifact!.digest);
    clock.advance(660_000);
    await controller.reconcile(KEY);
    expect(await snapshots.has(artifact!.digest)).toBe(true);
    expect((await get()).status?.artifact).toEqual(artifact);
  });

  it('fetches at once after an edit, also when the revision stays the same', async () => {
    const { controller, create, get, edit, fetcher } = await setUp();
    await create();
    await controller.reconcile(KEY);
    fetcher.content = 'another folder of the same commit';
    await edit(source => {
      source.spec.workspace!.path = 'y';
    });
    await controller.reconcile(KEY);
    expect((await get()).status).toMatchObject({
      observedGeneration: 2,
      artifact: { revision: 'one', size: 33 },
    });
  });

  it('fetches once per request', async () => {
    const { controller, create, edit, get, fetcher } = await setUp();
    await create();
    await controller.reconcile(KEY);
    await edit(source => {
      source.metadata.annotations = {
        'omnia.altairalabs.ai/reconcile-at': 'now',
      };
    });
    await controller.reconcile(KEY);
    await controller.reconcile(KEY);
    expect(fetcher.fetches).toBe(2);
    expect((await get()).status?.lastHandledReconcileAt).toBe('now');
  });

  it('keeps the content of before when a fetch fails, and tries again with growing pauses', async () => {
    const { controller, create, get, fetcher, clock, events, condition } =
      await setUp();
    await create({ interval: '12s' });
    await controller.reconcile(KEY);
    const { artifact } = (await get()).status!;
    fetcher.error = new Error('the disk is on fire');
    const pauses = [];
    for (let i = 0; i < 4; i++) {
      clock.advance(13_000);
      const result = await controller.reconcile(KEY);
      pauses.push((result as { requeueAfterMs: number }).requeueAfterMs);
    }
    expect(pauses).toEqual([5_000, 10_000, 12_000, 12_000]);
    expect((await get()).status).toMatchObject({ phase: 'Error', artifact });
    expect(await condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'FetchError',
      message: 'the disk is on fire',
      lastTransitionTime: '2026-11-23T10:00:13Z',
    });
    expect(await condition('ArtifactAvailable')).toMatchObject({
      status: 'True',
    });
    expect((await events())[0]).toEqual({ reason: 'FetchFailed', count: 4 });

    fetcher.error = undefined;
    clock.advance(13_000);
    await controller.reconcile(KEY);
    expect((await get()).status).toMatchObject({ phase: 'Ready', artifact });
    expect((await events())[0].reason).toBe('FetchSucceeded');
    fetcher.error = new Error('again');
    clock.advance(13_000);
    await expect(controller.reconcile(KEY)).resolves.toEqual({
      requeueAfterMs: 5_000,
    });
  });

  it('has the reason of a fetcher in the condition', async () => {
    const { controller, create, condition, fetcher } = await setUp();
    await create();
    fetcher.error = new SourceFetchError('RefNotFound', 'There is no v1');
    await controller.reconcile(KEY);
    expect(await condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'RefNotFound',
      message: 'There is no v1',
    });
    expect(await condition('Fetching')).toMatchObject({
      status: 'False',
      reason: 'FetchFailed',
    });
  });

  it('keeps what it fetched before, and forgets it with the source', async () => {
    const {
      controller,
      create,
      get,
      fetcher,
      clock,
      revisions,
      store,
      uploads,
    } = await setUp();
    await create({ workspace: { path: 'team/x' } });
    async function* files() {
      yield { path: 'a', content: Buffer.from('a') };
    }
    const { signal } = new AbortController();
    await uploads.replace(store.resources, KEY, files(), signal);
    await controller.reconcile(KEY);
    clock.advance(660_000);
    await controller.reconcile(KEY);
    expect((await get()).status?.versionCount).toBe(1);
    fetcher.revision = 'two';
    fetcher.content = 'content two';
    clock.advance(660_000);
    await controller.reconcile(KEY);
    const source = await get();
    expect(source.status?.versionCount).toBe(2);
    const list = () => revisions.list('embedded', source);
    expect((await list()).map(({ revision }) => revision)).toEqual([
      'two',
      'one',
    ]);
    expect(await uploads.open('embedded', source.metadata)).toBeDefined();
    await store.resources.delete('ArenaSource', KEY);
    await controller.reconcile(KEY);
    expect(await list()).toEqual([]);
    expect(await uploads.open('embedded', source.metadata)).toBeUndefined();
  });

  it('gives up at the timeout, also on a fetcher that does not listen', async () => {
    const { controller, create, condition, fetcher } = await setUp();
    await create({ timeout: '50ms' });
    fetcher.deaf = true;
    await controller.reconcile(KEY);
    expect(await condition('Ready')).toMatchObject({
      reason: 'Timeout',
      message: 'The fetch took longer than spec.timeout (50ms)',
    });
  });

  it('says which types it can fetch', async () => {
    const { controller, create, condition, get, fetcher } = await setUp();
    await create({
      type: 'git',
      git: { url: 'https://example.com/x' },
      workspace: undefined,
    });
    await expect(controller.reconcile(KEY)).resolves.toBeUndefined();
    expect(await condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'UnsupportedSourceType',
      message:
        'spec.type: Unsupported value: "git"; this server fetches: workspace',
    });
    expect((await get()).status?.phase).toBe('Error');
    expect(fetcher.fetches).toBe(0);
    const { resourceVersion } = (await get()).metadata;
    await controller.reconcile(KEY);
    expect((await get()).metadata.resourceVersion).toBe(resourceVersion);
  });

  it.each<[Partial<ArenaSourceSpec>, string, string]>([
    [{ interval: 'often' }, 'InvalidInterval', 'spec.interval'],
    [{ interval: '0s' }, 'InvalidInterval', 'spec.interval'],
    [{ timeout: '' }, 'InvalidInterval', 'spec.timeout'],
    [{ targetPath: 'a/../..' }, 'InvalidTargetPath', 'spec.targetPath'],
  ])('refuses the spec %j and names the field', async (spec, reason, field) => {
    // As from a cluster whose CRDs are older than these rules.
    const { controller, create, condition } = await setUp(admitAll);
    await create(spec);
    await controller.reconcile(KEY);
    expect(await condition('Ready')).toMatchObject({
      status: 'False',
      reason,
      message: expect.stringContaining(field),
    });
    expect(await condition('SourceValid')).toMatchObject({ status: 'False' });
  });

  it('rests while suspended, and catches up afterwards', async () => {
    const { controller, create, edit, get, fetcher, condition } = await setUp();
    await create({ suspend: true });
    await controller.reconcile(KEY);
    expect((await get()).status?.phase).toBe('Pending');
    expect(await condition('Ready')).toMatchObject({
      status: 'False',
      reason: 'Suspended',
    });
    expect(fetcher.fetches).toBe(0);
    await edit(source => {
      source.spec.suspend = false;
    });
    await controller.reconcile(KEY);
    expect(fetcher.fetches).toBe(1);
    await edit(source => {
      source.spec.suspend = true;
    });
    await controller.reconcile(KEY);
    expect((await get()).status).toMatchObject({ phase: 'Ready' });
    expect((await get()).status?.nextFetchTime).toBeUndefined();
    expect(await condition('Ready')).toMatchObject({
      status: 'True',
      reason: 'Suspended',
    });
  });

  it('does again what a dead process began', async () => {
    const { controller, create, get, fetcher, options } = await setUp();
    await create();
    let reached = () => {};
    const begun = new Promise<void>(resolve => {
      reached = resolve;
    });
    fetcher.during = () => {
      reached();
      return new Promise<void>(() => {});
    };
    controller.reconcile(KEY).catch(() => {});
    await begun;
    expect((await get()).status?.phase).toBe('Initializing');

    fetcher.during = undefined;
    await new SourceController(options).reconcile(KEY);
    expect((await get()).status?.phase).toBe('Ready');
  });

  it('does not write the result of an old spec over a new one', async () => {
    const { controller, create, edit, get, fetcher } = await setUp();
    await create();
    fetcher.during = async () => {
      fetcher.during = undefined;
      await edit(source => {
        source.spec.workspace!.path = 'y';
      });
    };
    await expect(controller.reconcile(KEY)).resolves.toEqual({
      requeueAfterMs: 0,
    });
    expect((await get()).status?.artifact).toBeUndefined();
    fetcher.revision = 'of y';
    await controller.reconcile(KEY);
    expect((await get()).status).toMatchObject({
      observedGeneration: 2,
      artifact: { revision: 'of y' },
    });
  });

  it('writes its result although labels changed meanwhile', async () => {
    const { controller, create, edit, get, fetcher } = await setUp();
    await create();
    fetcher.during = async () => {
      await edit(source => {
        source.metadata.labels = { a: 'b' };
      });
    };
    await controller.reconcile(KEY);
    expect(await get()).toMatchObject({
      metadata: { labels: { a: 'b' } },
      status: { phase: 'Ready' },
    });
  });

  it('survives the deletion of the source, also in the middle of a fetch', async () => {
    const { controller, create, fetcher, store } = await setUp();
    await create();
    fetcher.during = async () => {
      await store.resources.delete('ArenaSource', KEY);
    };
    await controller.reconcile(KEY);
    await expect(controller.reconcile(KEY)).resolves.toBeUndefined();
    await expect(store.resources.get('ArenaSource', KEY)).rejects.toMatchObject(
      { name: 'NotFoundError' },
    );
  });

  it('names the snapshots that sources need', async () => {
    const { controller, create, get, store } = await setUp();
    await store.resources.create(
      input('unfetched', {
        kind: 'ArenaSource',
        spec: { type: 'workspace', workspace: { path: 'x' } },
      }),
    );
    await create();
    await controller.reconcile(KEY);
    const digests = [];
    for await (const digest of sourceReferences(store.resources)()) {
      digests.push(digest);
    }
    expect(digests).toEqual([(await get()).status!.artifact!.digest]);
  });
});
