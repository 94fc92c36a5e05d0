import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { EntityProviderMutation } from '@backstage/plugin-catalog-node';
import { FakeArena, object } from '../__testUtils__/FakeArena';
import { FeedListener, ObjectFeed } from '../feed/ObjectFeed';
import { IngestionLease } from '../lease/IngestionLease';
import { ArenaEntityProvider } from './ArenaEntityProvider';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const leases: IngestionLease[] = [];

afterEach(async () => {
  for (const lease of leases.splice(0)) await lease.release();
});

class FakeFeed implements ObjectFeed {
  isConnected = true;
  listener: FeedListener | undefined;

  listen(listener: FeedListener) {
    this.listener = listener;
  }

  async start() {}

  stop() {}
}

async function setUp(arena: FakeArena) {
  const lease = new IngestionLease({
    knex: await databases.init('SQLITE_3'),
    holder: 'one',
  });
  leases.push(lease);
  const feed = new FakeFeed();
  const logger = mockServices.logger.mock();
  const mutations: string[][] = [];
  let broken = false;
  const provider = new ArenaEntityProvider({
    cluster: 'embedded',
    appUrl: 'https://portal.example.com',
    resources: true,
    arena,
    auth: mockServices.auth.mock({
      getOwnServiceCredentials: async () => mockCredentials.service(),
    }),
    feed,
    lease,
    logger,
    taskRunner: { run: async () => {} },
  });
  await provider.connect({
    refresh: async () => {},
    applyMutation: async (mutation: EntityProviderMutation) => {
      if (broken) throw new Error('the catalog is away');
      const names = (
        deferred: Array<{ entity: { metadata: { name: string } } }>,
      ) => deferred.map(({ entity }) => entity.metadata.name);
      mutations.push(
        mutation.type === 'full'
          ? ['full', ...names(mutation.entities as never)]
          : [
              'delta',
              ...names(mutation.added as never).map(name => `+${name}`),
              ...mutation.removed.map(
                one => `-${(one as { entityRef: string }).entityRef}`,
              ),
            ],
      );
    },
  });
  return {
    provider,
    feed,
    lease,
    logger,
    breakCatalog: (isBroken: boolean) => {
      broken = isBroken;
    },
    refresh: () => provider.refresh(new AbortController().signal),
    taken: () => mutations.splice(0),
  };
}

function jobs(...names: string[]) {
  return names.map(name => object('ArenaJob', name));
}

const change = (
  type: 'MODIFIED' | 'DELETED',
  name: string,
  spec: object,
  version: string,
) => ({
  type,
  object: object('ArenaJob', name, {
    resourceVersion: version,
    spec: spec as never,
  }),
});
const loadtest = { type: 'loadtest', sourceRef: { name: 'prompts' } };

describe('ArenaEntityProvider', () => {
  it('hands over everything once, and then what differs', async () => {
    const arena = new FakeArena();
    arena.objects = jobs('a', 'b', 'c');
    const { feed, provider, refresh, taken } = await setUp(arena);
    await refresh();
    expect(taken()).toEqual([
      ['full', 'a_embedded', 'b_embedded', 'c_embedded'],
    ]);

    // Nothing has changed, also as seen by who reads everything again.
    await refresh();
    feed.isConnected = false;
    await refresh();
    expect(taken()).toEqual([]);

    arena.objects = [
      ...jobs('a', 'd'),
      object('ArenaJob', 'b', { spec: loadtest as never }),
    ];
    await refresh();
    expect(taken()).toEqual([
      ['delta', '+d_embedded', '+b_embedded', '-arenajob:team/c_embedded'],
    ]);

    feed.isConnected = true;
    arena.objects.push(object('Provider', 'gpt', { spec: { type: 'mock' } }));
    await refresh();
    expect(taken()).toEqual([['delta', '+gpt_provider_embedded']]);
    // A refresh that reads providers alone does not take their absence among jobs for a removal.
    arena.objects = arena.objects.filter(({ kind }) => kind !== 'Provider');
    await refresh();
    expect(taken()).toEqual([
      ['delta', '-resource:team/gpt_provider_embedded'],
    ]);

    provider.take(change('MODIFIED', 'a', loadtest, '7'));
    provider.take(change('DELETED', 'd', {}, '8'));
    // Status and the like changes no entity.
    provider.take(change('MODIFIED', 'b', loadtest, '9'));
    // It never had an entity.
    provider.take(change('DELETED', 'z', {}, '10'));
    await refresh();
    expect(taken()).toEqual([
      ['delta', '+a_embedded', '-arenajob:team/d_embedded'],
    ]);
    // What was on its way for long.
    provider.take(change('MODIFIED', 'a', {}, '6'));
    await refresh();
    expect(taken()).toEqual([]);
  });

  it.each(['', '2'])(
    'hands over nothing when the page %p cannot be read',
    async page => {
      const arena = new FakeArena();
      arena.objects = jobs('a', 'b', 'c');
      const { provider, refresh, taken } = await setUp(arena);
      arena.failAt = page;
      await expect(refresh()).rejects.toThrow('the cluster is away');
      // Not even changes that come meanwhile: it is not known what they are changes of.
      provider.take(change('DELETED', 'a', {}, '2'));
      await expect(refresh()).rejects.toThrow('the cluster is away');
      expect(taken()).toEqual([]);

      arena.failAt = undefined;
      await refresh();
      expect(taken()).toEqual([
        ['full', 'a_embedded', 'b_embedded', 'c_embedded'],
        ['delta', '-arenajob:team/a_embedded'],
      ]);
      arena.objects = jobs('d', 'e', 'f');
      provider.reset();
      arena.failAt = page;
      await expect(refresh()).rejects.toThrow('the cluster is away');
      expect(taken()).toEqual([]);
      arena.failAt = undefined;
      await refresh();
      expect(taken()).toEqual([
        [
          'delta',
          '+d_embedded',
          '+e_embedded',
          '+f_embedded',
          '-arenajob:team/b_embedded',
          '-arenajob:team/c_embedded',
        ],
      ]);
    },
  );

  it('hands over everything when the catalog or the lease was lost', async () => {
    const arena = new FakeArena();
    arena.objects = jobs('a');
    const { breakCatalog, lease, provider, refresh, taken } = await setUp(
      arena,
    );
    await refresh();
    taken();
    breakCatalog(true);
    provider.take(change('MODIFIED', 'a', loadtest, '2'));
    await expect(refresh()).rejects.toThrow('the catalog is away');
    breakCatalog(false);
    arena.objects = [object('ArenaJob', 'a', { spec: loadtest as never })];
    await refresh();
    expect(taken()).toEqual([['full', 'a_embedded']]);

    await lease.release();
    await refresh();
    expect(taken()).toEqual([['full', 'a_embedded']]);
  });

  it('says once what of an object it cannot take over', async () => {
    const arena = new FakeArena();
    arena.objects = [
      object('ArenaJob', 'a', {
        annotations: { 'arena.backstage.io/owner': 'a:b:c' },
      }),
    ];
    const { logger, provider, refresh, taken } = await setUp(arena);
    await refresh();
    provider.reset();
    await refresh();
    expect(taken()).toEqual([['full', 'a_embedded']]);
    expect(logger.warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^ArenaJob embedded\/team\/a: metadata.annotations\[arena.backstage.io\/owner\] is left out: /,
        ),
      ],
    ]);
  });
});
