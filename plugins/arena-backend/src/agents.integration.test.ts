import { Agent, freePort, startAgent } from '@backstage-arena/arena-devcluster';
import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { finished, startPortal, TestPortal } from './__testUtils__/startPortal';

jest.setTimeout(180_000);

const PROMPTKIT = 'apiVersion: promptkit.altairalabs.ai/v1alpha1';

/** Its own tool of the name gives a wrong sum, so that nobody can take it for that of the registry. */
const BUNDLE = {
  'config.arena.yaml': `${PROMPTKIT}
kind: Arena
metadata: {name: sums}
spec:
  prompt_configs: [{id: chat, file: chat.yaml}]
  providers: []
  scenarios: [{file: sum.scenario.yaml}, {file: pet.scenario.yaml}]
  tools: [{file: get-sum.tool.yaml}]
  defaults: {temperature: 0, max_tokens: 64}
`,
  'chat.yaml': `${PROMPTKIT}
kind: PromptConfig
metadata: {name: chat}
spec:
  task_type: chat
  version: v1.0.0
  description: Answers
  system_template: You answer.
  allowed_tools: [get-sum, getPet]
`,
  'get-sum.tool.yaml': `${PROMPTKIT}
kind: Tool
metadata: {name: get-sum}
spec:
  description: Adds
  mode: mock
  input_schema: {type: object}
  output_schema: {type: object}
  mock_result: {sum: wrong}
`,
  'sum.scenario.yaml': `${PROMPTKIT}
kind: Scenario
metadata: {name: sum}
spec:
  task_type: chat
  description: adds with a tool, and remembers
  streaming: true
  turns:
    - role: user
      content: sum 2 3
      assertions:
        - type: tool_calls_with_args
          params: {tool_name: get-sum, expected_args: {a: 2, b: 3}}
        - type: tool_result_includes
          params: {tool: get-sum, patterns: ['5']}
        - type: content_includes
          params: {patterns: ['sum of 2 and 3 is 5']}
    - role: user
      content: repeat
      assertions:
        - type: content_includes
          params: {patterns: ['You said: sum 2 3']}
`,
  'pet.scenario.yaml': `${PROMPTKIT}
kind: Scenario
metadata: {name: pet}
spec:
  task_type: chat
  description: asks a web service
  turns:
    - role: user
      content: pet 7
      assertions:
        - type: tools_called
          params: {tools: [getPet]}
        - type: content_includes
          params: {patterns: [Rex]}
`,
};

const PLURALS = {
  ArenaSource: 'arenasources',
  ArenaJob: 'arenajobs',
  AgentRuntime: 'agentruntimes',
  ToolRegistry: 'toolregistries',
};

const OPENAPI = {
  openapi: '3.1.0',
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'getPet',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: {} },
          { name: 'full', in: 'query', schema: { type: 'boolean' } },
        ],
      },
    },
  },
};

describe('jobs with agents and tool registries', () => {
  let folder: string;
  let portal: TestPortal;
  let agent: Agent;
  let mcp: ChildProcess;
  let mcpUrl: string;
  let pets: Server;
  let petsUrl: string;
  const calls: Array<string | undefined> = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'arena-agents-'));
    for (const [name, content] of Object.entries(BUNDLE)) {
      const file = join(folder, 'bundles/sums', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    pets = createServer(({ url, headers }, response) => {
      response.setHeader('content-type', 'application/json');
      if (url === '/openapi.json') response.end(JSON.stringify(OPENAPI));
      else {
        calls.push(`${url} ${headers.authorization}`);
        response.end('{"name":"Rex"}');
      }
    });
    pets.listen(0, '127.0.0.1');
    await once(pets, 'listening');
    petsUrl = `http://127.0.0.1:${portOf(pets)}`;

    const port = await freePort();
    mcp = spawn(
      process.execPath,
      [
        require.resolve(
          '@modelcontextprotocol/server-everything/dist/index.js',
        ),
        'streamableHttp',
      ],
      { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' },
    );
    mcpUrl = `http://127.0.0.1:${port}/mcp`;

    agent = await startAgent({
      token: 'agent-token',
      async behaviour({ content, history, callTool, chunk, done, error }) {
        const [word, ...args] = content.split(' ');
        if (word === 'sum') {
          const [a, b] = args.map(Number);
          const { result, error: fault } = await callTool('get-sum', { a, b });
          chunk('Well: ');
          done(`Well: ${fault ?? JSON.stringify(result)}`);
        } else if (word === 'pet') {
          const { result, error: fault } = await callTool('getPet', {
            id: args[0],
            full: true,
          });
          done(fault ?? JSON.stringify(result));
        } else if (word === 'repeat') done(`You said: ${history[0]}`);
        else error('INVALID_MESSAGE', content);
      },
    });
    portal = await startPortal(folder, {
      workspaceRoot: join(folder, 'bundles'),
      arena: {
        secrets: {
          default: {
            agent: { token: 'agent-token' },
            pets: { token: 'pets-token' },
          },
        },
      },
    });
  });

  afterAll(async () => {
    await portal?.stop();
    await agent?.stop();
    mcp?.kill();
    pets?.closeAllConnections();
    pets?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (kind: keyof typeof PLURALS, name: string, spec: object) =>
    portal.call('POST', `${portal.objects}/${PLURALS[kind]}`, {
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind,
      metadata: { name, namespace: 'default' },
      spec,
    });

  it('waits for what is not ready, and then runs with it', async () => {
    await create('ArenaSource', 'sums', {
      type: 'workspace',
      workspace: { path: 'sums' },
      interval: '1m',
    });
    await create('ToolRegistry', 'web', {
      handlers: [
        {
          name: 'pets',
          type: 'openapi',
          openAPIConfig: { specURL: `${petsUrl}/openapi.json` },
          auth: { type: 'bearer', secretRef: { name: 'pets' } },
        },
      ],
    });
    await create('ArenaJob', 'sums', {
      sourceRef: { name: 'sums' },
      type: 'evaluation',
      providers: { default: [{ agentRef: { name: 'helper' } }] },
      toolRegistries: [{ name: 'web' }, { name: 'mcp' }],
    });
    const reasonOf = (job: any, type: string) =>
      job.status?.conditions?.find((c: any) => c.type === type)?.reason;
    await portal.waitFor(
      'arenajobs',
      'sums',
      job => reasonOf(job, 'JobCreated') === 'AgentNotFound',
    );
    await create('AgentRuntime', 'helper', {
      facades: [
        {
          type: 'websocket',
          expose: { url: agent.url, secretRef: { name: 'agent' } },
        },
      ],
    });
    await portal.waitFor(
      'arenajobs',
      'sums',
      job => reasonOf(job, 'JobCreated') === 'ToolRegistryNotFound',
    );
    await create('ToolRegistry', 'mcp', {
      handlers: [
        {
          name: 'everything',
          type: 'mcp',
          mcpConfig: {
            transport: 'streamable-http',
            endpoint: mcpUrl,
            toolFilter: { allow: ['get-sum'] },
          },
        },
      ],
      probe: { interval: '10s' },
    });

    const job = await portal.waitFor('arenajobs', 'sums', finished);
    const items = `${portal.base}/runs/${job.status.run.id}/items`;
    const page = await portal.call('GET', items);
    expect(
      page.items.map((item: any) => [
        item.scenario,
        item.provider,
        item.status,
        item.toolCalls,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['sum', 'agent-helper', 'passed', 1],
        ['pet', 'agent-helper', 'passed', 1],
      ]),
    );
    expect(job.status.phase).toBe('Succeeded');
    // The worker had the secret, the run's record and the portal's answers have not.
    expect(calls).toEqual(['/pets/7?full=true Bearer pets-token']);
    const { pins } = await portal.call(
      'GET',
      `${portal.base}/runs/${job.status.run.id}`,
    );
    expect(pins.tools).toEqual([
      { name: 'getPet', registry: 'web', spec: expect.anything() },
      { name: 'get-sum', registry: 'mcp', spec: expect.anything() },
    ]);
    for (const { index } of page.items) {
      const item = await portal.call('GET', `${items}/${index}`);
      expect(JSON.stringify(item)).not.toMatch(/agent-token|pets-token/);
    }
    // One connection for each conversation, and each is closed.
    expect(agent.connections.map(({ query }) => query.agent)).toEqual([
      'helper',
      'helper',
    ]);
    while (agent.open() > 0) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  });

  it('names both registries that bring a tool of the same name', async () => {
    await create('ToolRegistry', 'copy', {
      handlers: [
        {
          name: 'own',
          type: 'client',
          tool: { name: 'other', description: 'd', inputSchema: {} },
        },
        {
          name: 'again',
          type: 'openapi',
          openAPIConfig: { specURL: `${petsUrl}/openapi.json` },
        },
      ],
    });
    await create('ArenaJob', 'clash', {
      sourceRef: { name: 'sums' },
      type: 'evaluation',
      providers: { default: [{ agentRef: { name: 'helper' } }] },
      toolRegistries: [{ name: 'web' }, { name: 'copy' }],
    });
    const job = await portal.waitFor('arenajobs', 'clash', object =>
      object.status?.conditions?.some((c: any) => c.reason === 'DuplicateTool'),
    );
    expect(JSON.stringify(job.status.conditions)).toContain(
      'tool getPet is in ToolRegistry web and in ToolRegistry copy',
    );
    expect(job.status.phase).toBe('Pending');
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The loopback interface gave no port');
  }
  return address.port;
}
