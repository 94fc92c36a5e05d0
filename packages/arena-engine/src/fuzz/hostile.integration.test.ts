import { once } from 'node:events';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { startAgent } from '@backstage-arena/arena-devcluster';
import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';
import { reportFaults } from './__testUtils__/reportFaults';

jest.setTimeout(60_000);

const MEGABYTE = 1024 * 1024;
const DEEP = 10_000;
const deepList = '['.repeat(DEEP) + ']'.repeat(DEEP);

let server: Server;
let behave: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    // The client hangs up in the middle.
    response.on('error', () => {});
    request.resume();
    request.on('end', () => behave(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(removeBundles);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

function address(): string {
  const { port }: AddressInfo = Object(server.address());
  return `http://127.0.0.1:${port}`;
}

/** Executes one item of a bundle to a report that is in order. */
async function execute(
  bundle: Parameters<typeof arena>[0],
  mock: unknown = { defaultResponse: 'Hello' },
) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      ...bundle,
      scenarios: { talk: { turns: [{ role: 'user', content: 'Hi' }] } },
    }),
    'mock.yaml': mock,
  });
  const report = await executeItem(folder, {
    allow: { exec: true, stdio: true },
    secret: () => 'key',
    itemTimeoutMs: 20_000,
  });
  expect(reportFaults(report)).toEqual([]);
  return report;
}

const openai = (more: Record<string, unknown> = {}) => ({
  type: 'openai',
  model: 'm',
  base_url: `${address()}/v1`,
  stream_retry: { enabled: false },
  additional_config: {},
  ...more,
});

const answer = (message: unknown) =>
  JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] });

describe('a model under test', () => {
  it('that answers with 50 MB', async () => {
    behave = (_, response) => {
      const piece = Buffer.alloc(MEGABYTE, 'x');
      let left = 50;
      const more = () => {
        while (left-- > 0 && !response.destroyed) {
          if (!response.write(piece)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    expect(await execute({ provider: openai() })).toMatchObject({
      status: 'errored',
      error: { class: 'provider', retryable: false },
      message: expect.stringContaining('longer than 33554432 bytes'),
    });
  });

  it('whose reply is text of 20 MB', async () => {
    behave = (_, response) =>
      response.end(answer({ content: 'x'.repeat(20 * MEGABYTE) }));
    const report = await execute({ provider: openai() });
    expect(report.status).toBe('passed');
    expect(report.parsed.truncated).toBe(true);
    expect(Buffer.byteLength(report.transcript ?? '')).toBeLessThanOrEqual(
      MEGABYTE,
    );
  });

  it.each([
    ['as its answer', deepList],
    [
      'as arguments of a tool',
      answer({
        tool_calls: [
          {
            id: 'c',
            type: 'function',
            function: { name: 'a', arguments: `{"a":${deepList}}` },
          },
        ],
      }),
    ],
  ])('that gives JSON 10,000 levels deep %s', async (_, body) => {
    behave = (_request, response) => response.end(body);
    expect(await execute({ provider: openai() })).toMatchObject({
      status: 'errored',
      error: { class: 'provider' },
      message: expect.stringContaining('more than 500 levels'),
    });
  });

  it('that never answers', async () => {
    behave = () => {};
    const provider = openai({ request_timeout: '300ms' });
    expect(await execute({ provider })).toMatchObject({
      status: 'errored',
      error: { class: 'timeout', retryable: true },
    });
  });

  it('that is an agent which never speaks', async () => {
    const agent = await startAgent({ behaviour: () => {} });
    try {
      const provider = {
        type: 'agent',
        base_url: agent.url,
        stream_idle_timeout: '300ms',
        additional_config: {},
      };
      expect(await execute({ provider })).toMatchObject({
        status: 'errored',
        error: { class: 'timeout' },
      });
    } finally {
      await agent.stop();
    }
  });
});

describe('a tool', () => {
  const call = {
    scenarios: {
      talk: {
        turns: {
          1: { tool_calls: [{ name: 'a', arguments: {} }] },
          2: 'Well.',
        },
      },
    },
  };
  const withTool = (spec: Record<string, unknown>) => ({
    prompt: { allowed_tools: ['a'] },
    more: {
      tool_specs: {
        a: {
          description: 'x',
          input_schema: { type: 'object' },
          output_schema: {},
          ...spec,
        },
      },
      globals: { conversation_assertions: [{ type: 'no_tool_errors' }] },
    },
  });
  const http = () => ({
    mode: 'live',
    http: { url: address(), timeout_ms: 300 },
  });

  it.each([
    ['an endpoint that never answers', http, /no answer within 300 ms/],
    [
      'a process that never ends',
      () => ({
        mode: 'exec',
        exec: {
          command: process.execPath,
          args: ['-e', 'setInterval(() => {}, 1e6)'],
          timeout_ms: 500,
        },
      }),
      /no answer within 500 ms/,
    ],
    [
      'an MCP server that never answers',
      () => ({
        mode: 'mcp',
        mcp: {
          command: process.execPath,
          args: ['-e', 'setInterval(() => {}, 1e6)'],
          timeout_ms: 500,
        },
      }),
      /500 ms/,
    ],
  ])('of %s', async (_, spec, message) => {
    behave = () => {};
    expect(await execute(withTool(spec()), call)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['50 MB', () => 'x'.repeat(50 * MEGABYTE), /bytes/],
    ['JSON 10,000 levels deep', () => deepList, /more than 500 levels/],
  ])('that gives %s', async (_, body, message) => {
    behave = (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(body());
    };
    const spec = { mode: 'live', http: { url: address() } };
    expect(await execute(withTool(spec), call)).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(message),
    });
  });
});

describe('a judge', () => {
  it('that never answers makes the item errored, and says why', async () => {
    behave = () => {};
    const report = await execute({
      more: {
        provider_specs: {
          mock: {
            type: 'mock',
            additional_config: { mock_config: 'mock.yaml' },
          },
          judge: openai({ role: 'inference', request_timeout: '300ms' }),
        },
        judges: [{ name: 'j', provider: 'judge' }],
        globals: {
          conversation_assertions: [
            { type: 'llm_judge', params: { criteria: 'Is it good?' } },
          ],
        },
      },
    });
    expect(report).toMatchObject({
      status: 'errored',
      error: { class: 'timeout', retryable: true },
    });
  });
});
