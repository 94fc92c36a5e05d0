import { Agent, startAgent } from '@backstage-arena/arena-devcluster';
import { databases } from '../__testUtils__/databases';
import { mockLogger } from '../__testUtils__/mockLogger';
import {
  AgentRuntime,
  ARENA_API_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { createSecretReader } from '../planning/credentials';
import { resolveProviders } from '../planning/resolveProviders';
import { crdAdmission } from '../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../store/createEmbeddedStore';
import { createWeb, Web } from '../web/Web';
import { AgentController } from './AgentController';

jest.setTimeout(60_000);

const KEY = { namespace: 'default', name: 'helper' };

const secrets = createSecretReader({
  config: {
    secrets: { default: { key: { token: 't-1' } } },
    workers: { allowedEnvironment: [] },
  },
  environment: {},
});

describe('AgentController', () => {
  let agent: Agent;
  let store: EmbeddedStore;
  let controller: AgentController;
  let web: Web;
  let now: number;

  beforeEach(async () => {
    agent = await startAgent();
    now = Date.parse('2026-11-23T00:00:00Z');
    const knex = await databases.init('SQLITE_3');
    await configureDatabase(knex);
    await applyMigrations(knex);
    store = createEmbeddedStore({
      knex,
      admission: crdAdmission,
      logger: mockLogger(),
    });
    web = createWeb({ allowedHosts: ['127.0.0.1', 'localhost'] });
    controller = new AgentController({
      store: store.resources,
      events: store.events,
      web,
      clock: { now: () => new Date(now) },
    });
  });

  afterEach(async () => {
    await web.close();
    await agent.stop();
  });

  const create = (spec: JsonObject) =>
    store.resources.create({
      apiVersion: ARENA_API_VERSION,
      kind: 'AgentRuntime',
      metadata: KEY,
      spec,
    });

  const websocket = (expose: JsonObject): JsonObject => ({
    facades: [{ type: 'rest' }, { type: 'websocket', expose }],
  });

  async function look() {
    await controller.reconcile(KEY);
    const { status } = await store.resources.get<AgentRuntime>(
      'AgentRuntime',
      KEY,
    );
    return {
      status,
      ready: status?.conditions?.find(({ type }) => type === 'Ready'),
    };
  }

  const resolve = () =>
    resolveProviders({
      store: store.resources,
      secrets,
      referrer: { namespace: 'default', kinds: ['ArenaJob'] },
      groups: { default: [{ agentRef: { name: 'helper' } }] },
    });

  it('says where an agent is reached, without opening a session', async () => {
    const { host } = new URL(agent.url);
    await create(websocket({ url: `http://${host}` }));
    const { status, ready } = await look();
    expect(status).toMatchObject({
      phase: 'Running',
      serviceEndpoint: host,
      facade: { endpoints: [{ type: 'websocket', url: agent.url }] },
    });
    expect(ready).toMatchObject({
      status: 'True',
      reason: 'EndpointReachable',
    });
    expect(agent.connections).toEqual([]);
  });

  it('gives a job what it needs to reach the agent', async () => {
    await create(websocket({ url: agent.url, secretRef: { name: 'key' } }));
    expect(await resolve()).toMatchObject({
      ok: false,
      reason: 'AgentNotReady',
      message:
        'spec.providers[default][0].agentRef: AgentRuntime helper has not been looked at yet',
    });
    await look();
    expect(await resolve()).toEqual({
      ok: true,
      providers: [
        {
          id: 'agent-helper',
          group: 'default',
          spec: {
            type: 'agent',
            base_url: agent.url,
            capabilities: ['text', 'streaming', 'tools'],
            additional_config: {
              agent: 'helper',
              namespace: 'default',
              client_tool_timeout: '60s',
            },
          },
          credentialSlot: 'ARENA_CREDENTIAL_1',
          credentialSource: {
            namespace: 'default',
            secret: 'key',
            key: 'token',
          },
        },
      ],
    });
  });

  it('notices that an agent went away, and that it is back', async () => {
    await create(websocket({ url: agent.url }));
    await look();
    await agent.stop();
    now += 30_000;
    const { status, ready } = await look();
    expect(status?.phase).toBe('Failed');
    expect(ready).toMatchObject({
      status: 'False',
      reason: 'EndpointUnreachable',
    });
    expect(await resolve()).toMatchObject({
      reason: 'AgentNotReady',
      message: expect.stringMatching(/helper is Failed: .*no connection/),
    });
    agent = await startAgent({ port: Number(new URL(agent.url).port) });
    now += 30_000;
    expect((await look()).status?.phase).toBe('Running');
  });

  it('asks an agent whose answers change no more often than its interval', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.writeHead([503, 426, 404, 200][asked % 4]).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : '';
    await create(websocket({ url: `ws://127.0.0.1:${port}/ws` }));
    const versions = new Set<string>();
    // Every write has the object reconciled again.
    for (let round = 0; round < 10; round += 1) {
      await look();
      const { metadata } = await store.resources.get('AgentRuntime', KEY);
      versions.add(metadata.resourceVersion);
    }
    expect(asked).toBe(1);
    expect(versions.size).toBe(1);
    now += 29_000;
    expect(await controller.reconcile(KEY)).toEqual({ requeueAfterMs: 1_000 });
    now += 1_000;
    expect(await controller.reconcile(KEY)).toEqual({ requeueAfterMs: 30_000 });
    expect(asked).toBeGreaterThan(1);
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  it('writes nothing when nothing has changed', async () => {
    await create(websocket({ url: agent.url }));
    await look();
    const before = await store.resources.get('AgentRuntime', KEY);
    now += 30_000;
    await look();
    expect(await store.resources.get('AgentRuntime', KEY)).toEqual(before);
  });

  it.each<[string, JsonObject, RegExp]>([
    [
      'no facade that jobs can use',
      { facades: [{ type: 'rest' }] },
      /^spec\.facades has no facade of type websocket$/,
    ],
    [
      'no address',
      websocket({}),
      /^spec\.facades\[1\]\.expose\.url is not set: .* ws:\/\/localhost:8080\/ws$/,
    ],
    [
      'a wrong address',
      { facade: { type: 'websocket', expose: { url: 'http://[' } } },
      /^spec\.facade\.expose\.url is 'http:\/\/\[': allowed are addresses such as/,
    ],
  ])('waits for an agent with %s', async (_, spec, message) => {
    await create(spec);
    const { status, ready } = await look();
    expect(status?.phase).toBe('Pending');
    expect(ready).toMatchObject({ reason: 'EndpointUnknown' });
    expect(ready?.message).toMatch(message);
  });
});
