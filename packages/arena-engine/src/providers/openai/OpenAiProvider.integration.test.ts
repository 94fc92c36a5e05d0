import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { ChatRequest, ProviderError } from '../ChatProvider';
import { OpenAiOptions, OpenAiProvider } from './OpenAiProvider';

type Handler = (
  body: Record<string, unknown>,
  response: ServerResponse,
  incoming: IncomingMessage,
) => void;

let server: Server;
let handler: Handler;
let sockets: number;
let provider: OpenAiProvider | undefined;

beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    handler(JSON.parse(Buffer.concat(parts).toString()), response, incoming);
  });
  server.on('connection', () => sockets++);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  sockets = 0;
});

afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

function open(options: Partial<OpenAiOptions> = {}): OpenAiProvider {
  const { port } = server.address() as AddressInfo;
  provider = new OpenAiProvider({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: 'm-1',
    headers: { authorization: 'Bearer key-123456' },
    unsupportedParams: [],
    requestTimeoutMs: 2_000,
    streamIdleTimeoutMs: 2_000,
    idleConnectionMs: 10_000,
    inputCostPer1k: 1,
    outputCostPer1k: 2,
    ...options,
  });
  return provider;
}

function request(values: Partial<ChatRequest> = {}): ChatRequest {
  return {
    system: 'Be brief.',
    messages: [{ role: 'user', content: 'Hi', turn: 0 }],
    tools: [],
    toolChoice: 'auto',
    sampling: { temperature: 0.5, maxTokens: 100, seed: 7 },
    stream: false,
    signal: new AbortController().signal,
    beforeCall: async () => {},
    script: { scenarioId: 's', baseTurn: 1 },
    ...values,
  };
}

function json(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const COMPLETION = {
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 500,
    prompt_tokens_details: { cached_tokens: 10 },
  },
};

describe('OpenAiProvider', () => {
  it('sends the conversation with its tools and reads reply, usage and cost', async () => {
    let seen: Record<string, unknown> = {};
    let auth: string | undefined;
    handler = (body, response, { headers, url }) => {
      seen = { ...body, url };
      auth = headers.authorization;
      json(response, 200, COMPLETION);
    };
    const reply = await open({ unsupportedParams: ['seed'] }).chat(
      request({
        messages: [
          { role: 'user', content: 'Hi', turn: 0 },
          {
            role: 'assistant',
            content: '',
            turn: 0,
            toolCalls: [{ id: 'c1', name: 'look', arguments: { a: 1 } }],
          },
          {
            role: 'tool',
            content: '42',
            turn: 0,
            toolResult: { id: 'c1', name: 'look' },
          },
        ],
        tools: [
          {
            name: 'look',
            description: 'Looks',
            inputSchema: { type: 'object' },
          },
        ],
        toolChoice: 'required',
      }),
    );
    expect(reply).toMatchObject({
      content: 'Hello',
      inputTokens: 1000,
      outputTokens: 500,
      cachedTokens: 10,
      cost: 2,
      finishReason: 'stop',
      toolCalls: [],
    });
    expect(auth).toBe('Bearer key-123456');
    expect(seen).toMatchObject({
      url: '/v1/chat/completions',
      model: 'm-1',
      temperature: 0.5,
      max_tokens: 100,
      // Demanded only in answer to the user.
      tool_choice: 'auto',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'c1',
              type: 'function',
              function: { name: 'look', arguments: '{"a":1}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '42' },
      ],
    });
    expect(seen).not.toHaveProperty('seed');
    expect(seen).not.toHaveProperty('stream');
  });

  it('puts a streamed reply together, split wherever it may be', async () => {
    const events = [
      { choices: [{ delta: { content: 'Grü' } }] },
      { choices: [{ delta: { content: 'ße 😀' } }] },
      {
        choices: [
          {
            delta: {
              tool_calls: [
                {
                  index: 0,
                  id: 'c1',
                  function: { name: 'look', arguments: '{"a"' },
                },
              ],
            },
          },
        ],
      },
      {
        choices: [
          {
            delta: {
              tool_calls: [{ index: 0, function: { arguments: ':1}' } }],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
    ];
    const wire = Buffer.from(
      `${events
        .map(event => `data: ${JSON.stringify(event)}\n\n`)
        .join('')}data: [DONE]\n\n`,
    );
    handler = async (body, response) => {
      expect(body).toMatchObject({
        stream: true,
        stream_options: { include_usage: true },
      });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < wire.length; i += 7) {
        response.write(wire.subarray(i, i + 7));
        await new Promise(resolve => setImmediate(resolve));
      }
      response.end();
    };
    const reply = await open().chat(request({ stream: true }));
    expect(reply).toMatchObject({
      content: 'Grüße 😀',
      toolCalls: [{ id: 'c1', name: 'look', arguments: { a: 1 } }],
      inputTokens: 3,
      outputTokens: 4,
      finishReason: 'tool_calls',
    });
    expect(reply.ttftMs).toBeGreaterThan(0);
    expect(reply.ttftMs).toBeLessThanOrEqual(reply.latencyMs);
  });

  it('keeps connections between calls', async () => {
    handler = (_, response) => json(response, 200, COMPLETION);
    const client = open();
    for (let i = 0; i < 10; i++) await client.chat(request());
    // A connection may still be closing its last exchange when the next one begins.
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it.each([
    [429, { error: { message: 'slow down' } }, 'rate_limit', true],
    [
      429,
      { error: { message: 'pay', code: 'insufficient_quota' } },
      'rate_limit',
      false,
    ],
    [500, 'oops', 'provider', true],
    [503, { error: 'busy' }, 'provider', true],
    [408, {}, 'provider', true],
    [401, { error: { message: 'bad key' } }, 'provider', false],
    [400, { error: { message: 'bad request' } }, 'provider', false],
    [404, {}, 'provider', false],
  ])('classifies status %s %j', async (status, body, errorClass, retryable) => {
    handler = (_, response) => json(response, status, body);
    await expect(open().chat(request())).rejects.toMatchObject({
      errorClass,
      retryable,
      message: expect.stringContaining(`HTTP ${status}`),
    });
  });

  it('says that an answer which is no completion is none', async () => {
    handler = (_, response) => json(response, 200, { choices: [] });
    await expect(open().chat(request())).rejects.toThrow(
      'not a chat completion',
    );
  });

  it('does not take a stream that breaks off for a reply', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Hal"}}]}\n\n');
      response.end();
    };
    await expect(open().chat(request({ stream: true }))).rejects.toMatchObject({
      errorClass: 'provider',
      retryable: true,
      message: expect.stringContaining('before the reply was complete'),
    });
  });

  it('reports an error in the middle of a stream', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"overloaded"}}\n\n');
    };
    await expect(open().chat(request({ stream: true }))).rejects.toThrow(
      'overloaded',
    );
  });

  it.each([false, true])(
    'gives up on a server that does not answer (stream: %s)',
    async stream => {
      handler = () => {};
      await expect(
        open({ requestTimeoutMs: 100 }).chat(request({ stream })),
      ).rejects.toMatchObject({ errorClass: 'timeout', retryable: true });
    },
  );

  it('gives up on a stream that falls silent', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Hal"}}]}\n\n');
    };
    await expect(
      open({ streamIdleTimeoutMs: 100 }).chat(request({ stream: true })),
    ).rejects.toMatchObject({ errorClass: 'timeout', retryable: true });
  });

  it('names the reason when nothing listens', async () => {
    const error = await open({ baseUrl: 'http://127.0.0.1:1/v1' })
      .chat(request())
      .catch(e => e);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      errorClass: 'provider',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('makes no call when the caller forbids it, or has given up', async () => {
    let calls = 0;
    handler = (_, response) => {
      calls++;
      json(response, 200, COMPLETION);
    };
    const client = open();
    await expect(
      client.chat(
        request({
          beforeCall: async () => {
            throw new Error('the lease is lost');
          },
        }),
      ),
    ).rejects.toThrow('the lease is lost');
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await expect(client.chat(request({ signal: aborted }))).rejects.toThrow(
      'cancelled',
    );
    expect(calls).toBe(0);
  });

  it('ends a call in flight with the reason of the abort', async () => {
    handler = () => {};
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('cancelled')), 50);
    await expect(
      open().chat(request({ signal: abort.signal })),
    ).rejects.toThrow('cancelled');
  });

  it('spaces calls out as the rate limit says', async () => {
    handler = (_, response) => json(response, 200, COMPLETION);
    const client = open({ rateLimit: { rps: 20, burst: 1 } });
    const start = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => client.chat(request())));
    expect(performance.now() - start).toBeGreaterThanOrEqual(145);
  });

  it('goes through the proxy that the environment names', async () => {
    const { port } = server.address() as AddressInfo;
    const targets: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request_, socket) => {
      targets.push(String(request_.url));
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const saved = { ...process.env };
    process.env.HTTPS_PROXY = `http://127.0.0.1:${
      (proxy.address() as AddressInfo).port
    }`;
    process.env.https_proxy = process.env.HTTPS_PROXY;
    try {
      process.env.NO_PROXY = '';
      process.env.no_proxy = '';
      await expect(
        open({ baseUrl: 'https://llm.example.test/v1' }).chat(request()),
      ).rejects.toBeInstanceOf(ProviderError);
      expect(targets).toEqual(['llm.example.test:443']);
      await provider?.close();
      process.env.NO_PROXY = '127.0.0.1';
      process.env.no_proxy = '127.0.0.1';
      await expect(
        open({ baseUrl: `https://127.0.0.1:${port}/v1` }).chat(request()),
      ).rejects.toBeInstanceOf(ProviderError);
      expect(targets).toHaveLength(1);
    } finally {
      process.env = saved;
      await new Promise(resolve => proxy.close(resolve));
    }
  });
});
