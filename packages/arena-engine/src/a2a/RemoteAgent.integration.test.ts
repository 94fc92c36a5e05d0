import { once } from 'node:events';
import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

interface Seen {
  path: string;
  headers: IncomingMessage['headers'];
  body: { method?: string; params?: Record<string, unknown> };
}

type Answer = (request: Seen) => unknown;

const rpc = (result: unknown) => ({ jsonrpc: '2.0', id: 1, result });
const message = (said: string, more: Record<string, unknown> = {}) =>
  rpc({ kind: 'message', parts: [{ kind: 'text', text: said }], ...more });

/** An agent on the loopback interface. */
class TestAgent {
  readonly seen: Seen[] = [];
  card: unknown = {
    name: 'Town Guide',
    description: 'Knows the town',
    url: 'http://somewhere.invalid/rpc',
    skills: [
      { id: 'sights', name: 'Sights', description: 'What to see' },
      { id: 'food', name: 'Food', description: 'Where to eat' },
    ],
  };
  cardPath = '/.well-known/agent-card.json';
  answer: Answer = () => message('The old bridge');
  private server?: Server;

  async start(): Promise<string> {
    this.server = createServer(async (request, response) => {
      const body = await text(request);
      const path = request.url ?? '';
      if (request.method === 'GET') {
        const found = path === this.cardPath;
        response.writeHead(found ? 200 : 404, {
          'content-type': 'application/json',
        });
        response.end(found ? JSON.stringify(this.card) : 'nothing here');
        return;
      }
      const seen = { path, headers: request.headers, body: JSON.parse(body) };
      this.seen.push(seen);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.answer(seen)));
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

const TOOL = 'a2a__town_guide__sights';
const ask = (query: string) => ({
  tool_calls: [{ name: TOOL, arguments: { query } }],
});

let agent: TestAgent;
let url: string;

beforeEach(async () => {
  agent = new TestAgent();
  url = await agent.start();
});

afterEach(async () => {
  await agent.stop();
  await removeBundles();
});

function write(
  spec: Record<string, unknown>,
  turns: Record<number, unknown>,
): Promise<string> {
  return writeBundle({
    'config.arena.yaml': arena({
      scenarios: { visit: { turns: [{ role: 'user', content: 'Hi' }] } },
      more: { a2a_agents: [{ name: 'guide', url, ...spec }] },
    }),
    'mock.yaml': { scenarios: { visit: { turns } } },
  });
}

const results = ({
  messages,
}: Awaited<ReturnType<typeof executeItem>>['parsed']) =>
  messages.filter(({ role }) => role === 'tool');

describe('a remote agent', () => {
  it('is asked with its token, never elsewhere than where the bundle says', async () => {
    const folder = await write(
      {
        auth: { token_env: 'GUIDE_TOKEN' },
        headers: { 'x-tenant': 'town' },
      },
      { 1: ask('bridges?'), 2: 'See it.' },
    );
    const report = await executeItem(folder, {
      secret: name => (name === 'GUIDE_TOKEN' ? 'guide-secret' : undefined),
    });
    expect(results(report.parsed)[0].content).toBe('The old bridge');
    expect(agent.seen).toHaveLength(1);
    expect(agent.seen[0].headers).toMatchObject({
      authorization: 'Bearer guide-secret',
      'x-tenant': 'town',
    });
    expect(agent.seen[0].body).toMatchObject({
      method: 'message/send',
      params: {
        message: { role: 'user', parts: [{ kind: 'text', text: 'bridges?' }] },
      },
    });
    expect(report.transcript).not.toContain('guide-secret');
  });

  it('goes on with the conversation that it began', async () => {
    agent.answer = () => message('Yes', { contextId: 'visit-7' });
    const folder = await write(
      {},
      { 1: ask('first?'), 2: ask('second?'), 3: 'Done.' },
    );
    await executeItem(folder);
    const contexts = agent.seen.map(({ body }) =>
      Reflect.get(Object(body.params?.message), 'contextId'),
    );
    expect(contexts).toEqual([undefined, 'visit-7']);
  });

  it('may take its time over a task', async () => {
    const task = (state: string) =>
      rpc({
        kind: 'task',
        id: 'task-1',
        status: { state },
        artifacts: [
          { parts: [{ kind: 'text', text: 'A list ' }] },
          { parts: [{ text: 'of sights' }] },
        ],
      });
    agent.answer = ({ body }) =>
      task(body.method === 'tasks/get' ? 'completed' : 'working');
    const report = await executeItem(
      await write({}, { 1: ask('all?'), 2: 'Done.' }),
    );
    expect(results(report.parsed)[0].content).toBe('A list of sights');
    expect(agent.seen.map(({ body }) => body.method)).toEqual([
      'message/send',
      'tasks/get',
    ]);
  });

  it.each([
    [
      'an error',
      { jsonrpc: '2.0', error: { code: -32000, message: 'closed' } },
      'error -32000: closed',
    ],
    [
      'a failed task',
      rpc({
        id: 't',
        status: { state: 'failed', message: { parts: [{ text: 'no map' }] } },
      }),
      'failed: no map',
    ],
    ['nothing', { jsonrpc: '2.0' }, 'without a result'],
  ])('that answers with %s gives a tool error', async (_, answer, expected) => {
    agent.answer = () => answer;
    const report = await executeItem(
      await write({}, { 1: ask('?'), 2: 'Done.' }),
    );
    expect(results(report.parsed)[0].toolResult?.error).toContain(expected);
  });

  it('that answers too much gives a tool error', async () => {
    agent.answer = () => message('x'.repeat(5 * 1024 * 1024));
    const report = await executeItem(
      await write({}, { 1: ask('?'), 2: 'Done.' }),
    );
    expect(results(report.parsed)[0].toolResult?.error).toContain(
      'more than the allowed 4194304 bytes',
    );
  });

  it('that never answers is given up', async () => {
    const silent = createServer((request, response) => {
      if (request.method === 'GET') response.end(JSON.stringify(agent.card));
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const report = await executeItem(
        await write(
          { url: `http://127.0.0.1:${port}`, timeout_ms: 50 },
          { 1: ask('?'), 2: 'Done.' },
        ),
      );
      expect(results(report.parsed)[0].toolResult?.error).toContain(
        'no answer within 50 ms',
      );
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it('shows only the skills that the bundle wants', async () => {
    const report = await executeItem(
      await write(
        { skill_filter: { blocklist: ['sights'] } },
        { 1: ask('?'), 2: 'Done.' },
      ),
    );
    expect(results(report.parsed)[0].toolResult?.error).toBe(
      `tool not found: ${TOOL}`,
    );
  });

  it('may have its card where first versions of the protocol had it', async () => {
    agent.cardPath = '/.well-known/agent.json';
    const report = await executeItem(
      await write({}, { 1: ask('?'), 2: 'Done.' }),
    );
    expect(results(report.parsed)[0].content).toBe('The old bridge');
  });

  it('that is down is an error of the items meanwhile, and found when it is back', async () => {
    agent.cardPath = '/nowhere';
    const folder = await write({}, { 1: ask('?'), 2: 'Done.' });
    const bundle = await loadBundle(folder);
    const runner = await bundle.runner(bundle.plan({}), { compat: false });
    const execute = () =>
      runner.execute(0, { attempt: 1, signal: new AbortController().signal });
    try {
      const { status, error } = await execute();
      expect(status).toBe('errored');
      expect(error).toEqual({
        class: 'connection',
        retryable: true,
        message: expect.stringMatching(
          /^Agent "guide": there is no agent card: http:\/\/127\.0\.0\.1:\d+ answered with status 404$/,
        ),
      });
      agent.cardPath = '/.well-known/agent-card.json';
      expect(await execute()).toMatchObject({ status: 'passed', toolCalls: 1 });
    } finally {
      await runner.close();
    }
  });

  it('is not waited for by an item that is stopped', async () => {
    agent.cardPath = '/nowhere';
    const abort = new AbortController();
    const item = executeItem(await write({}, {}), { signal: abort.signal });
    setImmediate(() => abort.abort(new Error('stopped')));
    await expect(item).rejects.toThrow('stopped');
  });

  it('whose token is not there is a fault of the bundle', async () => {
    const folder = await write({ auth: { token_env: 'NO_SUCH_TOKEN' } }, {});
    const { error } = await executeItem(folder, { secret: () => undefined });
    expect(error).toMatchObject({
      class: 'bundle',
      message: expect.stringContaining('NO_SUCH_TOKEN'),
    });
  });
});
