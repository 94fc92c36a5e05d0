import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import {
  ARENA_API_VERSION,
  arenaEntityName,
} from '@backstage-arena/plugin-arena-common';
import { arenaServiceRef } from '@backstage-arena/plugin-arena-node';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import request from 'supertest';
import { FakeArena, object } from './__testUtils__/FakeArena';
import catalogModuleArena from './index';

jest.setTimeout(120_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const cleanups: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startCatalog(options: {
  arena: FakeArena;
  locations?: object[];
  /** Names of those beside the embedded one. */
  clusters?: string[];
  /** The database of the catalog; default: one of its own. */
  knex?: Knex;
  settings?: JsonObject;
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
            providers: { arena: options.settings ?? {} },
          },
        },
      }),
      ...(options.knex
        ? [
            mockServices.database.factory({
              knex: options.knex,
            }),
          ]
        : []),
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
    const kinds = ['arenajob', 'arenasource', 'resource'];
    const response = await request(server)
      .get(
        `/api/catalog/entities?${kinds
          .map(kind => `filter=kind=${kind}`)
          .join('&')}`,
      )
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
    /** What the catalog says of a document before it is registered. */
    validate: async (entity: object) => {
      const response = await request(server)
        .post('/api/catalog/validate-entity')
        .set('Authorization', mockCredentials.user.header())
        .send({ entity, location: 'url:https://example.com/job.yaml' });
      return {
        status: response.status,
        text: JSON.stringify(response.body),
      };
    },
    stop: () => backend.stop(),
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
          'arena.backstage.io/api': 'orders',
          'arena.backstage.io/creator': 'user:default/jo',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
        spec: {
          sourceRef: { name: 'prompts' },
          schedule: { cron: '0 2 * * *' },
          providers: {
            default: [
              { providerRef: { name: 'gpt' } },
              { agentRef: { name: 'gpt' } },
            ],
          },
        },
      }),
      object('Provider', 'gpt', {
        annotations: { 'arena.backstage.io/owner': 'platform' },
        spec: {
          type: 'openai',
          model: 'gpt-4o',
          baseURL: 'https://user:canary-1@llm.example.com',
          headers: { authorization: 'canary-2' },
          credential: { secretRef: { name: 'canary-3', key: 'canary-4' } },
        },
      }),
      object('AgentRuntime', 'gpt', {
        spec: {
          facades: [
            {
              type: 'websocket',
              expose: { url: 'ws://canary-5', secretRef: { name: 'canary-6' } },
            },
          ],
          providers: [{ name: 'default', providerRef: { name: 'gpt' } }],
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
      'gpt_provider_embedded',
      'gpt_agent_embedded',
      longName,
    ]);

    const service = expect.objectContaining({ type: 'service' });
    expect(arena.asked.map(({ kind, principal }) => [kind, principal])).toEqual(
      [
        ['ArenaSource', service],
        ['ArenaJob', service],
        ['ArenaJob', service],
        ['Provider', service],
        ['AgentRuntime', service],
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
        api: 'api:default/orders',
        source: 'arenasource:team/prompts_embedded',
        providers: ['resource:team/gpt_provider_embedded'],
        agents: ['resource:team/gpt_agent_embedded'],
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
      ['dependsOn', 'api:default/orders'],
      ['dependsOn', 'arenasource:team/prompts_embedded'],
      ['dependsOn', 'component:default/support-agent'],
      ['dependsOn', 'resource:team/gpt_agent_embedded'],
      ['dependsOn', 'resource:team/gpt_provider_embedded'],
      ['ownedBy', 'group:default/conversational-ai'],
      ['partOf', 'system:default/customer-care'],
    ]);
    const source = found.find(({ kind }) => kind === 'ArenaSource')!;
    expect(source.relations).toEqual([
      { type: 'dependencyOf', targetRef: 'arenajob:team/nightly_embedded' },
    ]);
    const named = (name: string) =>
      found.find(({ metadata }) => metadata.name === name)!;
    expect(named('gpt_provider_embedded')).toMatchObject({
      apiVersion: 'backstage.io/v1beta1',
      kind: 'Resource',
      metadata: { title: 'gpt', description: 'gpt-4o by openai' },
      spec: {
        type: 'llm-provider',
        provider: 'openai',
        model: 'gpt-4o',
        owner: 'group:default/platform',
      },
      relations: [
        { type: 'dependencyOf', targetRef: 'arenajob:team/nightly_embedded' },
        { type: 'dependencyOf', targetRef: 'resource:team/gpt_agent_embedded' },
        { type: 'ownedBy', targetRef: 'group:default/platform' },
      ],
    });
    expect(named('gpt_agent_embedded')).toMatchObject({
      spec: { type: 'agent', owner: 'unknown' },
      relations: [
        { type: 'dependencyOf', targetRef: 'arenajob:team/nightly_embedded' },
        { type: 'dependsOn', targetRef: 'resource:team/gpt_provider_embedded' },
        { type: 'ownedBy', targetRef: 'group:team/unknown' },
      ],
    });
    // Neither where secrets are nor what may hold one.
    expect(JSON.stringify(found)).not.toContain('canary');
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
      arena.tell({ type: 'reset' });
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

  it('follows changes without reading everything again', async () => {
    const arena = new FakeArena();
    arena.objects = ['a', 'b'].map(name => object('ArenaJob', name));
    const catalog = await startCatalog({ arena });
    await catalog.refresh();
    await catalog.until(['a_embedded', 'b_embedded']);

    arena.asked.length = 0;
    arena.put(object('ArenaJob', 'c'));
    arena.delete('ArenaJob', 'a');
    await catalog.until(['b_embedded', 'c_embedded']);
    await catalog.refresh();
    expect(arena.asked.map(({ kind }) => kind)).toEqual([
      'Provider',
      'AgentRuntime',
    ]);
  });

  it('is done by one replica at a time, and gone on with by another one', async () => {
    const knex = await databases.init('SQLITE_3');
    const [first, second] = [new FakeArena(), new FakeArena()];
    first.objects = ['a', 'b'].map(name => object('ArenaJob', name));
    const one = await startCatalog({ arena: first, knex });
    const two = await startCatalog({ arena: second, knex });
    await one.refresh();
    await one.until(['a_embedded', 'b_embedded']);

    // What it would hand over is nothing at all.
    await two.refresh();
    expect([second.asked.length, second.streams.size]).toEqual([0, 0]);
    await one.until(['a_embedded', 'b_embedded']);

    await one.stop();
    expect(first.streams.size).toBe(0);
    second.objects = ['b', 'c'].map(name => object('ArenaJob', name));
    await two.refresh();
    await two.until(['b_embedded', 'c_embedded']);
  });

  it('takes away the entities of a cluster that is no longer configured', async () => {
    const knex = await databases.init('SQLITE_3');
    const arena = new FakeArena();
    arena.objects = [object('ArenaJob', 'nightly')];
    const before = await startCatalog({ arena, knex, clusters: ['prod'] });
    await before.refresh('prod');
    await before.until(['nightly_prod']);
    await before.stop();

    const after = await startCatalog({ arena, knex });
    await after.refresh();
    expect(await after.until(['nightly_embedded'])).toHaveLength(1);
  });

  it('leaves providers and agents out on request, and names who owns what nobody owns', async () => {
    const arena = new FakeArena();
    arena.objects = [
      object('ArenaJob', 'nightly'),
      object('Provider', 'gpt', { spec: { type: 'mock' } }),
    ];
    const settings = { resources: false, defaultOwner: 'platform' };
    const catalog = await startCatalog({ arena, settings });
    await catalog.refresh();
    const [job] = await catalog.until(['nightly_embedded']);
    expect(job.spec).toMatchObject({ owner: 'group:default/platform' });
    expect(arena.asked.map(({ kind }) => kind)).not.toContain('Provider');
  });

  it('refuses a default owner that is none', async () => {
    await expect(
      startCatalog({
        arena: new FakeArena(),
        settings: { defaultOwner: 'a:b:c' },
      }),
    ).rejects.toThrow('catalog.providers.arena.defaultOwner: ');
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
    arena.tell({ type: 'reset' });
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
  providers:
    default: [{providerRef: {name: gpt}}]
---
apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: bad
  annotations: {arena.backstage.io/owner: "a:b:c"}
spec:
  sourceRef: {name: prompts}
---
apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: pretender
  annotations: {backstage.io/managed-by-location: "arena:embedded/team/ArenaJob/x"}
spec:
  providers: [resource:default/other]
---
apiVersion: ${ARENA_API_VERSION}
kind: ArenaJob
metadata:
  name: of-cluster
  title: Nightly
  tags: [llm]
  annotations: {arena.backstage.io/cluster: prod}
spec:
  sourceRef: {name: prompts}
`,
    );
    const arena = new FakeArena();
    const catalog = await startCatalog({
      arena,
      locations: [{ type: 'file', target, rules: [{ allow: ['ArenaJob'] }] }],
    });
    const found = await catalog.until(['of-cluster', 'registered']);
    const named = (name: string) =>
      found.find(({ metadata }) => metadata.name === name)!;
    const entity = named('registered');
    expect(entity.spec).toEqual({
      sourceRef: { name: 'prompts' },
      providers: { default: [{ providerRef: { name: 'gpt' } }] },
    });
    expect(entity.relations).toEqual([
      { type: 'dependsOn', targetRef: 'arenasource:default/prompts' },
      { type: 'dependsOn', targetRef: 'resource:default/gpt' },
      { type: 'ownedBy', targetRef: 'group:default/team-a' },
    ]);
    // One that says in which cluster it belongs is related to the objects there.
    expect(named('of-cluster').relations).toEqual([
      {
        type: 'dependsOn',
        targetRef: 'arenasource:default/prompts_prod',
      },
    ]);
    expect(arena.asked).toEqual([]);
  });

  it.each([
    [
      'an unknown field',
      { spec: { sourceRef: { name: 'p' }, trails: 3 } },
      'spec.trails',
    ],
    [
      'a block of another type',
      { spec: { sourceRef: { name: 'p' }, type: 'evaluation', loadTest: {} } },
      'spec.loadTest',
    ],
    ['no source', { spec: {} }, 'spec.sourceRef: Required value'],
    [
      'an impossible cron line',
      { spec: { sourceRef: { name: 'p' }, schedule: { cron: '61 * * * *' } } },
      'spec.schedule.cron',
    ],
    [
      'an owner that is none',
      {
        metadata: {
          name: 'nightly',
          annotations: { 'arena.backstage.io/owner': 'a:b:c' },
        },
        spec: { sourceRef: { name: 'p' } },
      },
      'metadata.annotations[arena.backstage.io/owner]: Invalid value',
    ],
  ])(
    'refuses a document with %s, and names the field',
    async (_, document, field) => {
      const catalog = await startCatalog({ arena: new FakeArena() });
      const { status, text } = await catalog.validate({
        apiVersion: ARENA_API_VERSION,
        kind: 'ArenaJob',
        metadata: { name: 'nightly' },
        ...document,
      });
      expect(status).toBe(400);
      expect(text).toContain(field);
    },
  );
});
