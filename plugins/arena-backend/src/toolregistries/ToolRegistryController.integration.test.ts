import { freePort } from '@backstage-arena/arena-devcluster';
import { databases } from '../__testUtils__/databases';
import { mockLogger } from '../__testUtils__/mockLogger';
import {
  ARENA_API_VERSION,
  ToolRegistry,
  ToolRegistryStatus,
} from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import { ArenaBackendConfig } from '../config/ArenaBackendConfig';
import { createSecretReader } from '../planning/credentials';
import { crdAdmission } from '../services/crdAdmission';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../store/createEmbeddedStore';
import { createWeb, Web } from '../web/Web';
import { discoverRegistry } from './discoverRegistry';
import { ToolRegistryController } from './ToolRegistryController';

jest.setTimeout(60_000);

const KEY = { namespace: 'default', name: 'tools' };

const EVERYTHING = require.resolve(
  '@modelcontextprotocol/server-everything/dist/index.js',
);

const DOCUMENT = `
openapi: 3.1.0
servers: [{url: /api}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      description: Finds a pet
`;

const noSecrets = createSecretReader({
  config: { secrets: {}, workers: { allowedEnvironment: [] } },
  environment: {},
});

describe('ToolRegistryController', () => {
  let store: EmbeddedStore;
  let controller: ToolRegistryController;
  let web: Web;
  let now: number;
  let bundles: ArenaBackendConfig['bundles'];

  let mcp: ChildProcess;
  let mcpUrl: string;
  let server: Server;
  let base: string;
  let requests: Array<{
    method?: string;
    url?: string;
    authorization?: string;
  }>;
  let status: number;

  beforeAll(async () => {
    const port = await freePort();
    mcp = spawn(process.execPath, [EVERYTHING, 'streamableHttp'], {
      env: { ...process.env, PORT: String(port) },
      stdio: 'ignore',
    });
    mcpUrl = `http://127.0.0.1:${port}/mcp`;
    await reachable(mcpUrl);

    server = createServer((request, response) => {
      const { method, url, headers } = request;
      requests.push({ method, url, authorization: headers.authorization });
      response.writeHead(status, { 'content-type': 'application/yaml' });
      if (url === '/openapi.yaml') response.end(DOCUMENT);
      else if (url === '/elsewhere.yaml') {
        response.end(DOCUMENT.replace('/api', 'https://evil.example.com'));
      } else response.end(url === '/secret' ? 'hunter2' : undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${
      typeof address === 'object' ? address?.port : ''
    }`;
  });

  afterAll(async () => {
    mcp.kill();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  beforeEach(async () => {
    bundles = {
      allowExec: false,
      allowStdio: false,
      allowAmbientCredentials: false,
    };
    requests = [];
    status = 200;
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
    controller = new ToolRegistryController({
      store: store.resources,
      events: store.events,
      web,
      config: { bundles },
      environment: process.env,
      secrets: createSecretReader({
        config: {
          secrets: { default: { key: { token: 't-1' } } },
          workers: { allowedEnvironment: [] },
        },
        environment: {},
      }),
      clock: { now: () => new Date(now) },
    });
  });

  afterEach(() => web.close());

  const create = (handlers: JsonObject[], probe?: JsonObject) =>
    store.resources.create({
      apiVersion: ARENA_API_VERSION,
      kind: 'ToolRegistry',
      metadata: KEY,
      spec: { handlers, ...(probe ? { probe } : {}) },
    });

  async function look() {
    const result = await controller.reconcile(KEY);
    const registry = await store.resources.get<ToolRegistry>(
      'ToolRegistry',
      KEY,
    );
    const conditions = Object.fromEntries(
      (registry.status?.conditions ?? []).map(c => [
        c.type,
        `${c.status}/${c.reason}`,
      ]),
    );
    return { result, status: registry.status!, conditions };
  }

  const messageOf = ({ conditions }: ToolRegistryStatus) =>
    conditions?.find(({ type }) => type === 'Ready')?.message;

  const http = (name: string, endpoint: string, rest: JsonObject = {}) => ({
    name,
    type: 'http',
    tool: { name, description: 'd', inputSchema: { type: 'object' } },
    httpConfig: { endpoint },
    ...rest,
  });

  const everything = () => ({
    name: 'everything',
    type: 'mcp',
    mcpConfig: {
      transport: 'streamable-http',
      endpoint: mcpUrl,
      toolFilter: { allow: ['echo', 'get-sum'] },
    },
  });

  it('finds the tools of every kind of handler', async () => {
    await create([
      everything(),
      {
        name: 'pets',
        type: 'openapi',
        openAPIConfig: {
          specURL: `${base}/openapi.yaml`,
          authType: 'bearer',
          authSecretRef: { name: 'key' },
        },
      },
      http('ping', `${base}/ping`),
      {
        name: 'locate',
        type: 'client',
        tool: { name: 'locate', description: 'd', inputSchema: {} },
      },
    ]);
    const { status: found, conditions, result } = await look();
    expect(conditions).toEqual({
      HandlersValid: 'True/HandlersValid',
      ToolsDiscovered: 'True/ToolsDiscovered',
      Ready: 'True/Ready',
    });
    expect(found).toMatchObject({
      phase: 'Ready',
      discoveredToolsCount: 5,
      lastDiscoveryTime: '2026-11-23T00:00:00Z',
    });
    expect(
      found.discoveredTools?.map(({ name, handlerName, endpoint }) => [
        name,
        handlerName,
        endpoint,
      ]),
    ).toEqual([
      ['echo', 'everything', mcpUrl],
      ['get-sum', 'everything', mcpUrl],
      ['getPet', 'pets', `GET ${base}/api/pets/{id}`],
      ['ping', 'ping', `${base}/ping`],
      ['locate', 'locate', 'client://browser'],
    ]);
    expect(found.discoveredTools?.[1]).toMatchObject({
      status: 'Available',
      inputSchema: { type: 'object', required: ['a', 'b'] },
    });
    // Nothing is called, and the secret goes to its own handler alone.
    expect(requests).toEqual(
      expect.arrayContaining([
        { method: 'GET', url: '/openapi.yaml', authorization: 'Bearer t-1' },
        { method: 'HEAD', url: '/ping', authorization: undefined },
      ]),
    );
    expect(requests).toHaveLength(2);
    expect(result).toEqual({ requeueAfterMs: 60_000 });
  });

  it('looks again at its interval, and not before', async () => {
    await create([http('ping', `${base}/ping`)], { interval: '10s' });
    await look();
    now += 4_000;
    expect((await look()).result).toEqual({ requeueAfterMs: 6_000 });
    expect(requests).toHaveLength(1);
    now += 6_000;
    expect((await look()).result).toEqual({ requeueAfterMs: 10_000 });
    expect(requests).toHaveLength(2);
    now += 1_000;
    expect((await look()).result).toEqual({ requeueAfterMs: 9_000 });
    expect(requests).toHaveLength(2);
  });

  it('writes nothing new for as long as nothing but the time changes', async () => {
    await create([http('ping', `${base}/ping`)]);
    await look();
    const { metadata } = await store.resources.get('ToolRegistry', KEY);
    for (let minute = 1; minute < 10; minute += 1) {
      now += 60_000;
      expect((await look()).status.lastDiscoveryTime).toBe(
        '2026-11-23T00:00:00Z',
      );
    }
    expect(requests).toHaveLength(10);
    const later = await store.resources.get('ToolRegistry', KEY);
    expect(later.metadata.resourceVersion).toBe(metadata.resourceVersion);
    now += 60_000;
    expect((await look()).status.lastDiscoveryTime).toBe(
      '2026-11-23T00:10:00Z',
    );
  });

  it('shows what fails, and hides nothing of the rest', async () => {
    await create([http('up', `${base}/up`), everything()]);
    expect((await look()).status.phase).toBe('Ready');
    status = 503;
    now += 60_000;
    const { status: degraded, conditions } = await look();
    expect(degraded.phase).toBe('Degraded');
    expect(conditions).toMatchObject({
      HandlersValid: 'True/HandlersValid',
      ToolsDiscovered: 'False/DiscoveryFailed',
      Ready: 'False/DiscoveryFailed',
    });
    expect(degraded.discoveredTools?.map(tool => tool.status)).toEqual([
      'Unavailable',
      'Available',
      'Available',
    ]);
    expect(
      degraded.conditions?.find(({ type }) => type === 'Ready')?.message,
    ).toMatch(
      /^handler up: tool up is unavailable: 127\.0\.0\.1:\d+ answers with a fault of the server \(HTTP 5xx\)$/,
    );
    status = 405;
    now += 60_000;
    expect((await look()).status.phase).toBe('Ready');
    const registry = await store.resources.get('ToolRegistry', KEY);
    const events = await store.events.list(registry.metadata);
    expect(events.map(event => event.reason).sort()).toEqual([
      'DiscoveryFailed',
      'ToolsDiscovered',
    ]);
  });

  it('starts a program where the administrator allows it', async () => {
    bundles.allowStdio = true;
    await create([
      {
        name: 'local',
        type: 'mcp',
        mcpConfig: {
          transport: 'stdio',
          command: process.execPath,
          args: [EVERYTHING, 'stdio'],
          toolFilter: { allow: ['echo'] },
        },
      },
    ]);
    expect((await look()).status).toMatchObject({
      phase: 'Ready',
      discoveredTools: [
        { name: 'echo', endpoint: `stdio://${process.execPath}` },
      ],
    });
  });

  it('repeats nothing of what a server says', async () => {
    status = 404;
    await create([
      {
        name: 'mcp',
        type: 'mcp',
        mcpConfig: { transport: 'streamable-http', endpoint: `${base}/secret` },
      },
      {
        name: 'sse',
        type: 'mcp',
        mcpConfig: { transport: 'sse', endpoint: `${base}/secret` },
      },
    ]);
    const { status: refused } = await look();
    const message = `HTTP 404; handler sse: the MCP server ${base}/secret failed: HTTP 404`;
    expect(messageOf(refused)).toBe(
      `handler mcp: the MCP server ${base}/secret failed: ${message}`,
    );
    status = 200;
    now += 60_000;
    const text = messageOf((await look()).status);
    expect(text).toMatch(/does not answer as an MCP server does/);
    expect(text).not.toContain('hunter2');
  });

  it('sends a secret to no other server than the document came from', async () => {
    const pets = (config: JsonObject) => ({
      name: 'pets',
      type: 'openapi',
      openAPIConfig: {
        specURL: `${base}/elsewhere.yaml`,
        authType: 'bearer',
        authSecretRef: { name: 'key' },
        ...config,
      },
    });
    await create([pets({})]);
    const { status: refused, conditions } = await look();
    expect(conditions.Ready).toBe('False/InvalidHandler');
    expect(messageOf(refused)).toMatch(
      /^handler pets: set openAPIConfig\.baseURL: the document places tool getPet on another server/,
    );
    expect(refused.discoveredTools).toEqual([]);
    await store.resources.update({
      ...(await store.resources.get('ToolRegistry', KEY)),
      spec: { handlers: [pets({ baseURL: 'https://pets.example.com' })] },
    });
    expect((await look()).status.discoveredTools).toMatchObject([
      { endpoint: 'GET https://pets.example.com/pets/{id}' },
    ]);
  });

  it('lists the handlers that have room in a status, and names the others', async () => {
    const wide = (name: string, count: number): JsonObject[] =>
      Array.from({ length: count }, (_, n) =>
        http(`${name}_${n}`, `${base}/ping`, {
          tool: {
            name: `${name}_${n}`,
            description: 'd',
            inputSchema: { type: 'object', description: 'x'.repeat(60_000) },
          },
        }),
      );
    await create([...wide('a', 9), http('small', `${base}/small`)]);
    const { status: found } = await look();
    expect(found.phase).toBe('Degraded');
    expect(found.discoveredTools?.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 8 }, (_, n) => `a_${n}`),
      'small',
    ]);
    expect(messageOf(found)).toMatch(
      /^handler a_8: its tools have \d+ bytes, \d+ are left of the 524288/,
    );
  });

  it('starts no program that is not allowed, also with a tool of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'arena-stdio-'));
    const trace = join(folder, 'started');
    const [handler] = (
      await discoverRegistry(
        {
          apiVersion: ARENA_API_VERSION,
          kind: 'ToolRegistry',
          // Admission refuses the tool; objects of a cluster may be older than its rule.
          metadata: {
            ...KEY,
            uid: 'u',
            resourceVersion: '1',
            generation: 1,
            creationTimestamp: '2026-11-23T00:00:00Z',
          },
          spec: {
            handlers: [
              {
                name: 'local',
                type: 'mcp',
                timeout: '5s',
                tool: { name: 'own', description: 'd', inputSchema: {} },
                mcpConfig: {
                  transport: 'stdio',
                  command: process.execPath,
                  args: [
                    '-e',
                    `require('fs').writeFileSync(${JSON.stringify(trace)}, '')`,
                  ],
                },
              },
            ],
          },
        },
        {
          web,
          config: { bundles },
          environment: process.env,
          secrets: noSecrets,
        },
      )
    ).map(({ tools, fault }) => ({ tools, fault }));
    expect(handler).toEqual({
      tools: [],
      fault: expect.stringMatching(/^mcpConfig\.transport is stdio/),
    });
    await expect(access(trace)).rejects.toThrow(/ENOENT/);
    await rm(folder, { recursive: true });
  });

  it('keeps the tools of a server that went away, as unavailable', async () => {
    await create([
      {
        name: 'pets',
        type: 'openapi',
        openAPIConfig: { specURL: `${base}/openapi.yaml` },
      },
    ]);
    await look();
    status = 500;
    now += 60_000;
    const { status: failed } = await look();
    expect(failed.phase).toBe('Failed');
    expect(failed.discoveredTools).toEqual([
      expect.objectContaining({
        name: 'getPet',
        status: 'Unavailable',
        error: expect.stringMatching(/cannot be read: HTTP 500/),
      }),
    ]);
  });

  it('probes nothing when it is not to', async () => {
    await create([http('ping', 'http://127.0.0.1:1/')], { enabled: false });
    const { status: unknown, result } = await look();
    expect(unknown).toMatchObject({
      phase: 'Ready',
      discoveredTools: [{ status: 'Unknown' }],
    });
    expect(result).toEqual({ requeueAfterMs: 60_000 });
    now += 3_600_000;
    expect((await look()).result).toEqual({});
  });

  it.each<[string, () => JsonObject[], string, RegExp]>([
    [
      'names that clash',
      () => [
        http('one', `${base}/1`),
        http('two', `${base}/2`, {
          tool: { name: 'one', description: 'd', inputSchema: {} },
        }),
      ],
      'InvalidHandler',
      /^tool one is in handler one and in handler two$/,
    ],
    [
      'a program to start',
      () => [
        {
          name: 'local',
          type: 'mcp',
          mcpConfig: { transport: 'stdio', command: 'touch', args: ['/x'] },
        },
      ],
      'InvalidHandler',
      /^handler local: mcpConfig\.transport is stdio: programs are not started/,
    ],
    [
      'a secret that is missing',
      () => [
        http('one', `${base}/1`, {
          auth: { type: 'bearer', secretRef: { name: 'nope' } },
        }),
      ],
      'InvalidHandler',
      /^handler one: Secret nope does not exist in namespace default/,
    ],
    [
      'an identity that it cannot have',
      () => [http('one', `${base}/1`, { auth: { type: 'workloadIdentity' } })],
      'InvalidHandler',
      /^handler one: auth\.type is workloadIdentity: allowed are/,
    ],
    [
      'a filter that names nothing',
      () => [
        {
          name: 'mcp',
          type: 'mcp',
          mcpConfig: {
            transport: 'streamable-http',
            endpoint: mcpUrl,
            toolFilter: { allow: ['nope'] },
          },
        },
      ],
      'DiscoveryFailed',
      /^handler mcp: toolFilter\.allow names nope/,
    ],
    [
      'a server that is not there',
      () => [
        {
          name: 'mcp',
          type: 'mcp',
          mcpConfig: { transport: 'sse', endpoint: 'http://127.0.0.1:1/sse' },
        },
      ],
      'DiscoveryFailed',
      /^handler mcp: the MCP server http:\/\/127\.0\.0\.1:1\/sse failed: no connection/,
    ],
  ])('says what is wrong with %s', async (_, handlers, reason, message) => {
    await create(handlers());
    const { status: found, conditions } = await look();
    expect(conditions.Ready).toBe(`False/${reason}`);
    expect(
      found.conditions?.find(({ type }) => type === 'Ready')?.message,
    ).toMatch(message);
  });
});

async function reachable(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
