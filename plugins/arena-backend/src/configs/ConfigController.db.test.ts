import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ARENA_API_VERSION,
  ArenaConfig,
  ArenaKind,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { databases } from '../__testUtils__/databases';
import { migratedDatabase } from '../__testUtils__/migratedDatabase';
import { plannedReply } from '../__testUtils__/plannedReply';
import { createSecretReader } from '../planning/credentials';
import { PlanRequest } from '../planning/Planner';
import { PlanReply } from '../planning/PlanReply';
import { crdAdmission } from '../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../store/createEmbeddedStore';
import { systemClock } from '../time/Clock';
import { ConfigController } from './ConfigController';

jest.setTimeout(60_000);

const KEY = { namespace: 'default', name: 'config' };
const DIGEST = `sha256:${'a'.repeat(64)}`;

const PLANNED = plannedReply([
  { id: 'a', trials: 1 },
  { id: 'b', trials: 1 },
]);

describe.each(databases.eachSupportedId())('ConfigController on %s', id => {
  let store: EmbeddedStore;
  let controller: ConfigController;
  let reply: PlanReply;
  let planned: PlanRequest[];

  const create = (kind: ArenaKind, name: string, spec: JsonObject) =>
    store.resources.create({
      apiVersion: ARENA_API_VERSION,
      kind,
      metadata: { name, namespace: 'default' },
      spec,
    });

  async function createSource(withContent: boolean) {
    const source = (await create('ArenaSource', 'source', {
      type: 'workspace',
      workspace: { path: 'x' },
    })) as unknown as ArenaSource;
    if (withContent) {
      await store.resources.updateStatus({
        ...source,
        spec: {},
        status: { artifact: { revision: 'r1', digest: DIGEST } },
      });
    }
  }

  async function look() {
    await controller.reconcile(KEY);
    const { status } = await store.resources.get<ArenaConfig>(
      'ArenaConfig',
      KEY,
    );
    return {
      status,
      conditions: Object.fromEntries(
        (status?.conditions ?? []).map(c => [
          c.type,
          `${c.status}/${c.reason}`,
        ]),
      ),
    };
  }

  beforeEach(async () => {
    const knex = await migratedDatabase(id);
    store = createEmbeddedStore({
      knex,
      admission: crdAdmission,
      logger: mockLogger(),
    });
    reply = PLANNED;
    planned = [];
    controller = new ConfigController({
      store: store.resources,
      events: store.events,
      planner: {
        plan: async request => {
          planned.push(request);
          return reply;
        },
      },
      secrets: createSecretReader({
        config: { secrets: {}, workers: { allowedEnvironment: [] } },
        environment: {},
      }),
      clock: systemClock,
    });
  });

  it('names every fault at once, and becomes ready when all are gone', async () => {
    await create('ArenaConfig', 'config', {
      sourceRef: { name: 'source' },
      providers: [{ name: 'gpt' }],
      toolRegistries: [{ name: 'tools' }],
    });
    const first = await look();
    expect(first.status?.phase).toBe('Pending');
    expect(first.conditions).toEqual({
      SourceResolved: 'False/SourceNotFound',
      ProvidersValid: 'False/ProviderNotFound',
      ToolRegistriesValid: 'False/ToolRegistryNotFound',
      Ready: 'False/SourceNotFound',
    });
    // It is looked at again when any of them comes.
    for (const [kind, name] of [
      ['ArenaSource', 'source'],
      ['Provider', 'gpt'],
      ['ToolRegistry', 'tools'],
    ] as const) {
      const changed = { kind, metadata: { namespace: 'default', name } };
      expect(controller.affectedBy(changed as any)).toEqual([KEY]);
    }

    await createSource(true);
    await create('Provider', 'gpt', { type: 'mock' });
    const registry = await create('ToolRegistry', 'tools', {
      handlers: [
        {
          name: 'h',
          type: 'client',
          tool: { name: 't', description: 'd', inputSchema: {} },
        },
      ],
    });
    expect((await look()).conditions.ToolRegistriesValid).toBe(
      'False/ToolRegistryNotReady',
    );
    await store.resources.updateStatus({
      ...registry,
      spec: {},
      status: {
        phase: 'Ready',
        observedGeneration: 1,
        discoveredTools: [{ name: 't', handlerName: 'h', status: 'Available' }],
      },
    });
    const second = await look();
    expect(planned.at(-1)?.tools).toEqual([
      {
        name: 't',
        registry: 'tools',
        registryRef: { namespace: 'default', name: 'tools' },
        spec: expect.objectContaining({ name: 't', mode: 'client' }),
      },
    ]);
    expect(second.conditions).toEqual({
      SourceResolved: 'True/SourceResolved',
      ProvidersValid: 'True/ProvidersValid',
      ToolRegistriesValid: 'True/ToolRegistriesValid',
      Ready: 'True/Ready',
    });
    expect(second.status).toMatchObject({
      phase: 'Ready',
      resolvedSource: { revision: 'r1', digest: DIGEST, scenarioCount: 2 },
      resolvedProviders: ['gpt'],
    });
    const config = await store.resources.get('ArenaConfig', KEY);
    const events = await store.events.list(config.metadata);
    expect(events.map(event => event.reason).sort()).toEqual([
      'ValidationFailed',
      'ValidationSucceeded',
    ]);
  });

  it('does not write when nothing has changed', async () => {
    await createSource(true);
    await create('ArenaConfig', 'config', { sourceRef: { name: 'source' } });
    await look();
    const before = await store.resources.get('ArenaConfig', KEY);
    await look();
    expect(await store.resources.get('ArenaConfig', KEY)).toEqual(before);
  });

  it('is invalid when the bundle cannot be planned, and shows the place', async () => {
    reply = {
      ok: false,
      reason: 'InvalidBundle',
      message: 'The bundle has errors',
      problems: [
        {
          severity: 'error',
          file: 'config.arena.yaml',
          line: 3,
          message: 'unknown field',
          suggestion: 'did you mean "scenarios"?',
        },
      ],
    };
    await createSource(true);
    await create('ArenaConfig', 'config', { sourceRef: { name: 'source' } });
    const { status } = await look();
    expect(status?.phase).toBe('Invalid');
    expect(status?.conditions?.find(c => c.type === 'Ready')?.message).toBe(
      'The bundle has errors: config.arena.yaml:3: unknown field (did you mean "scenarios"?)',
    );
  });

  it('waits for the content of its source', async () => {
    await createSource(false);
    await create('ArenaConfig', 'config', { sourceRef: { name: 'source' } });
    expect((await look()).conditions.SourceResolved).toBe(
      'False/SourceNotReady',
    );
  });

  it('validates nothing while it is suspended', async () => {
    await create('ArenaConfig', 'config', {
      sourceRef: { name: 'source' },
      suspend: true,
    });
    const { status, conditions } = await look();
    expect(status?.phase).toBe('Pending');
    expect(conditions).toEqual({ Ready: 'False/Suspended' });
  });
});
