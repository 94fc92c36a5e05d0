import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  ARENA_API_VERSION,
  ArenaApi,
  arenaEntityName,
  ArenaKind,
  ArenaObject,
  ListOptions,
} from '@backstage-arena/plugin-arena-common';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import catalogModuleArena from './index';

jest.setTimeout(120_000);

const cleanups: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function object(
  kind: ArenaKind,
  name: string,
  overrides: Partial<ArenaObject['metadata']> & {
    spec?: ArenaObject['spec'];
  } = {},
): ArenaObject {
  const { spec = { sourceRef: { name: 'prompts' } }, ...metadata } = overrides;
  return {
    apiVersion: ARENA_API_VERSION,
    kind,
    metadata: {
      name,
      namespace: 'team',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T10:00:00Z',
      ...metadata,
    },
    spec,
    status: { phase: 'Running', progress: { total: 10 } },
  };
}

/** What Arena has, two objects to a page. */
class FakeArena {
  objects: ArenaObject[] = [];
  asked: Array<ListOptions & { principal: unknown }> = [];
  /** Fails when the page with this token is asked for; '' is the first one. */
  failAt: string | undefined;

  as(credentials: { principal: unknown }): ArenaApi {
    const list: ArenaApi['list'] = async query => {
      this.asked.push({ ...query, principal: credentials.principal });
      if (this.failAt === (query.continue ?? '')) {
        throw new Error('the cluster is away');
      }
      const from = Number(query.continue ?? 0);
      const all = this.objects.filter(({ kind }) => kind === query.kind);
      return {
        items: all.slice(from, from + 2) as never[],
        metadata: {
          resourceVersion: '1',
          ...(from + 2 < all.length && { continue: String(from + 2) }),
        },
      };
    };
    // Whatever else is called, creating a job for one, fails the test.
    return new Proxy({ list } as ArenaApi, {
      get(target, name) {
        if (name === 'list') return target.list;
        throw new Error(`The catalog must not call ${String(name)}`);
      },
    });
  }
}

async function startCatalog(options: {
  arena: FakeArena;
  locations?: object[];
  /** Names of those beside the embedded one. */
  clusters?: string[];
}) {
  const scheduler = mockServices.scheduler();
  const backend = await startTestBackend({
    features: [
      catalogPlugin,
      catalogModuleArena,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'https://portal.example.com/' },
          arena: { clusters: (options.clusters ?? []).map(name => ({ name })) },
          catalog: {
            processingInterval: { seconds: 1 },
            locations: options.locations ?? [],
          },
        },
      }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: arenaServiceRef,
        deps: {},
        factory: () => options.arena,
      }),
    ],
  });
  cleanups.push(() => backend.stop());
  const { server } = backend;
  const entities = async (): Promise<Entity[]> => {
    const response = await request(server)
      .get('/api/catalog/entities?filter=kind=arenajob&filter=kind=arenasource')
      .set('Authorization', mockCredentials.user.header());
    expect(response.status).toBe(200);
    return response.body;
  };
  return {
    refresh: (cluster = 'embedded') =>
      scheduler.triggerTask(`arena:${cluster}:refresh`),
    /** Waits until the catalog has these, with their relations. */
    until: async (names: string[]): Promise<Entity[]> => {
      const deadline = Date.now() + 40_000;
      for (;;) {
        const found = await entities();
        const foundNames = found.map(entity => entity.metadata.name).sort();
        if (JSON.stringify(foundNames) === JSON.stringify([...names].sort())) {
          return found;
        }
        if (Date.now() > deadline) {
          throw new Error(`The catalog has ${JSON.stringify(foundNames)}`);
        }
        await sleep(200);
      }
    },
    entities,
  };
}

const longName = arenaEntityName({
  cluster: 'embedded',
  namespace: 'team',
  name: 'x'.repeat(100),
});

describe('catalogModuleArena', () => {
  it('keeps an entity with relations for each job and source', async () => {
    const arena = new FakeArena();
    arena.objects = [
      object('ArenaSource', 'prompts', { spec: { type: 'workspace' } }),
      object('ArenaJob', 'nightly', {
        labels: { tier: 'gold', empty: '' },
        annotations: {
          'arena.backstage.io/owner': 'conversational-ai',
          'arena.backstage.io/system': 'customer-care',
          'arena.backstage.io/component': 'Component:default/Support-Agent',
          'arena.backstage.io/creator': 'user:default/jo',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
        spec: {
          sourceRef: { name: 'prompts' },
          schedule: { cron: '0 2 * * *' },
        },
      }),
      object('ArenaJob', 'nightly-1f3b-202611230200', {
        ownerReferences: [
          {
            apiVersion: ARENA_API_VERSION,
            kind: 'ArenaJob',
            name: 'nightly',
            uid: 'uid-nightly',
          },
        ],
      }),
      object('ArenaJob', 'x'.repeat(100), {
        annotations: {
          'arena.backstage.io/creator': 'user:default/jo',
          'arena.backstage.io/component': 'a:b:c',
        },
        spec: {
          type: 'loadtest',
          sourceRef: { name: 'c', kind: 'ArenaConfig' },
        },
      }),
    ];
    const catalog = await startCatalog({ arena });
    await catalog.refresh();
    const found = await catalog.until([
      'prompts_embedded',
      'nightly_embedded',
      longName,
    ]);

    const service = expect.objectContaining({ type: 'service' });
    expect(arena.asked.map(({ kind, principal }) => [kind, principal])).toEqual(
      [
        ['ArenaSource', service],
        ['ArenaJob', service],
        ['ArenaJob', service],
      ],
    );

    const job = found.find(({ metadata }) => metadata.title === 'nightly')!;
    expect(job).toMatchObject({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: {
        name: 'nightly_embedded',
        namespace: 'team',
        labels: { tier: 'gold', empty: '' },
        annotations: {
          'backstage.io/view-url':
            'https://portal.example.com/arena/jobs/embedded/team/nightly',
          'arena.backstage.io/cluster': 'embedded',
          'arena.backstage.io/namespace': 'team',
          'arena.backstage.io/name': 'nightly',
          'arena.backstage.io/creator': 'user:default/jo',
        },
      },
      spec: {
        type: 'evaluation',
        owner: 'group:default/conversational-ai',
        system: 'system:default/customer-care',
        component: 'component:default/support-agent',
        source: 'arenasource:team/prompts_embedded',
        schedule: '0 2 * * *',
      },
    });
    expect(job).not.toHaveProperty('status');
    expect(JSON.stringify(job)).not.toContain('last-applied');
    const relations = job.relations!.map(({ type, targetRef }) => [
      type,
      targetRef,
    ]);
    expect(relations.sort()).toEqual([
      ['dependsOn', 'arenasource:team/prompts_embedded'],
      ['dependsOn', 'component:default/support-agent'],
      ['ownedBy', 'group:default/conversational-ai'],
      ['partOf', 'system:default/customer-care'],
    ]);
    const source = found.find(({ kind }) => kind === 'ArenaSource')!;
    expect(source.relations).toEqual([
      { type: 'dependencyOf', targetRef: 'arenajob:team/nightly_embedded' },
    ]);
    // What cannot be read is left out, and does not cost the entity.
    const long = found.find(({ metadata }) => metadata.name === longName)!;
    expect(long.spec).toEqual({ type: 'loadtest', owner: 'user:default/jo' });
  });

  it('deletes what is gone, and nothing when it cannot read everything', async () => {
    const arena = new FakeArena();
    arena.objects = ['a', 'b', 'c'].map(name => object('ArenaJob', name));
    const catalog = await startCatalog({ arena });
    await catalog.refresh();
    await catalog.until(['a_embedded', 'b_embedded', 'c_embedded']);

    for (const page of ['', '2']) {
      arena.objects = ['a', 'd', 'e'].map(name => object('ArenaJob', name));
      arena.failAt = page;
      await catalog.refresh();
    }
    await sleep(3_000);
    const kept = (await catalog.entities()).map(
      ({ metadata }) => metadata.name,
    );
    expect(kept.sort()).toEqual(['a_embedded', 'b_embedded', 'c_embedded']);

    arena.failAt = undefined;
    arena.objects = ['a', 'd'].map(name => object('ArenaJob', name));
    await catalog.refresh();
    await catalog.until(['a_embedded', 'd_embedded']);
  });

  it('keeps jobs of the same name in several clusters apart, each with the way to its pods', async () => {
    const arena = new FakeArena();
    arena.objects = [object('ArenaJob', 'nightly')];
    const catalog = await startCatalog({ arena, clusters: ['prod'] });
    await catalog.refresh();
    await catalog.refresh('prod');
    const found = await catalog.until(['nightly_embedded', 'nightly_prod']);
    const annotationsOf = (name: string) =>
      found.find(({ metadata }) => metadata.name === name)!.metadata
        .annotations!;
    expect(annotationsOf('nightly_prod')).toMatchObject({
      'backstage.io/view-url':
        'https://portal.example.com/arena/jobs/prod/team/nightly',
      'arena.backstage.io/cluster': 'prod',
      'backstage.io/kubernetes-id': 'nightly',
      'backstage.io/kubernetes-cluster': 'prod',
    });
    expect(Object.keys(annotationsOf('nightly_embedded')).join()).not.toContain(
      'kubernetes',
    );

    // One that is away costs the other nothing.
    arena.objects = [];
    arena.failAt = '';
    await catalog.refresh('prod');
    arena.failAt = undefined;
    await catalog.refresh();
    await catalog.until(['nightly_prod']);
  });

  it('shows a document that somebody registered, without running it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'arena-catalog-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const target = join(folder, 'job.yaml');
    await writeFile(
      target,
      `apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: registered
  annotations: {arena.backstage.io/owner: team-a}
spec:
  sourceRef: {name: prompts}
---
apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: bad
  annotations: {arena.backstage.io/owner: "a:b:c"}
spec: {}
`,
    );
    const arena = new FakeArena();
    const catalog = await startCatalog({
      arena,
      locations: [{ type: 'file', target, rules: [{ allow: ['ArenaJob'] }] }],
    });
    const [entity] = await catalog.until(['registered']);
    expect(entity.spec).toEqual({ sourceRef: { name: 'prompts' } });
    expect(entity.relations).toEqual([
      { type: 'ownedBy', targetRef: 'group:default/team-a' },
    ]);
    expect(arena.asked).toEqual([]);
  });
});
