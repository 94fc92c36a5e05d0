import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { chatRequest, openProvider } from '../__testUtils__/openProvider';
import { ChatProvider } from '../ChatProvider';

type Handler = (response: ServerResponse, incoming: IncomingMessage) => void;

const COMPLETION = {
  choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
};

let server: Server;
let handler: Handler;
let origin: string;
let sockets: number;
let requests: IncomingMessage[];
const providers: ChatProvider[] = [];

beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    requests.push(incoming);
    incoming.resume();
    await once(incoming, 'end');
    handler(response, incoming);
  });
  server.on('connection', () => sockets++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${
    typeof address === 'object' ? address?.port : ''
  }`;
});

beforeEach(() => {
  sockets = 0;
  requests = [];
  handler = response => json(response, 200, COMPLETION);
});

afterEach(async () => {
  await Promise.all(providers.splice(0).map(provider => provider.close()));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function open(
  spec: Partial<ProviderSpec> = {},
  options: Parameters<typeof openProvider>[1] = {},
): Promise<ChatProvider> {
  const provider = await openProvider(
    { type: 'openai', model: 'm-1', base_url: `${origin}/v1`, ...spec },
    options,
  );
  providers.push(provider);
  return provider;
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

describe('HttpProvider', () => {
  it('keeps connections between calls', async () => {
    const provider = await open();
    for (let i = 0; i < 10; i++) await provider.chat(chatRequest());
    // A connection may still be closing its last exchange when the next one begins.
    expect(sockets).toBeLessThanOrEqual(2);
  });

  it('opens no more connections than it may', async () => {
    handler = response => setTimeout(() => json(response, 200, COMPLETION), 10);
    const provider = await open({ http_transport: { max_conns_per_host: 2 } });
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => provider.chat(chatRequest())),
    );
    expect(replies).toHaveLength(8);
    expect(sockets).toBe(2);
  });

  it('streams no more at a time than it may', async () => {
    let now = 0;
    let most = 0;
    handler = response => {
      now++;
      most = Math.max(most, now);
      setTimeout(() => {
        now--;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
        );
      }, 10);
    };
    const provider = await open({ stream_max_concurrent: 2 });
    await Promise.all(
      Array.from({ length: 8 }, () =>
        provider.chat(chatRequest({ stream: true })),
      ),
    );
    expect(most).toBe(2);
  });

  it('sends its own headers over those of the dialect', async () => {
    const provider = await open({
      credential: { api_key: 'key-123456' },
      headers: { Authorization: 'Custom', 'X-Team': 'a' },
    });
    await provider.chat(chatRequest());
    expect(requests[0].headers).toMatchObject({
      authorization: 'Custom',
      'x-team': 'a',
    });
  });

  it('keeps the query of an address', async () => {
    await (
      await open({ base_url: `${origin}/v1/?api-version=2` })
    ).chat(chatRequest());
    expect(requests[0].url).toBe('/v1/chat/completions?api-version=2');
  });

  it('asks before each call, retries included, and makes none when it is forbidden', async () => {
    let asked = 0;
    handler = response => json(response, 503, {});
    const provider = await open();
    await expect(
      provider.chat(
        chatRequest({
          beforeCall: async () => {
            asked++;
            if (asked === 2) throw new Error('the lease is lost');
          },
        }),
      ),
    ).rejects.toThrow('the lease is lost');
    expect(requests).toHaveLength(1);
  });

  it('makes no call when the caller has given up already', async () => {
    const provider = await open();
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(provider.chat(chatRequest({ signal }))).rejects.toThrow(
      'cancelled',
    );
    expect(requests).toHaveLength(0);
  });

  it.each(['in flight', 'waiting to retry', 'waiting for a connection'])(
    'ends a call %s with the reason of the abort',
    async state => {
      const abort = new AbortController();
      const giveUp = () => abort.abort(new Error('cancelled'));
      handler = response => {
        if (state === 'waiting to retry') {
          json(response, 429, {}, { 'retry-after': '30' });
        }
        setTimeout(giveUp, 50);
      };
      const provider = await open({
        http_transport: { max_conns_per_host: 1 },
      });
      const { signal } = abort;
      const calls = [provider.chat(chatRequest({ signal }))];
      if (state === 'waiting for a connection') {
        calls.push(provider.chat(chatRequest({ signal })));
      }
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: new Error('cancelled'),
        });
      }
      expect(requests).toHaveLength(1);
    },
  );

  it('does not wait as long as a provider may ask', async () => {
    handler = response => json(response, 429, {}, { 'retry-after': '3600' });
    await expect((await open()).chat(chatRequest())).rejects.toMatchObject({
      errorClass: 'rate_limit',
      retryable: true,
      retryAfterMs: 3_600_000,
    });
    expect(requests).toHaveLength(1);
  });

  it('does not repeat what would fail again', async () => {
    handler = response =>
      json(response, 401, { error: { message: 'bad key' } });
    await expect((await open()).chat(chatRequest())).rejects.toMatchObject({
      errorClass: 'auth',
      retryable: false,
    });
    expect(requests).toHaveLength(1);
  });

  it('says that a header cannot be sent, without its value', async () => {
    const provider = await open({ credential: { api_key: 'key\nof\nlines' } });
    await expect(provider.chat(chatRequest())).rejects.toMatchObject({
      errorClass: 'invalid_request',
      retryable: false,
      message: 'The request cannot be sent: invalid authorization header',
    });
  });

  it('does not blame the provider when whoever watches fails', async () => {
    handler = response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n');
    };
    const watch = () => {
      throw new TypeError('a bug');
    };
    await expect(
      (await open()).chat(chatRequest({ stream: true, watch })),
    ).rejects.toThrow(new TypeError('a bug'));
    expect(requests).toHaveLength(1);
  });

  describe('within a budget', () => {
    const PRICED = {
      pricing: { input_cost_per_1k: 1, output_cost_per_1k: 1 },
    };
    const STREAM = { 'content-type': 'text/event-stream' };
    const IMAGE = {
      type: 'image' as const,
      mimeType: 'image/png',
      url: 'https://example.com/it',
    };

    /** What a call is said to have cost in the end, of the most that was set aside. */
    async function settled(
      spec: Partial<ProviderSpec>,
      request: Parameters<typeof chatRequest>[0],
    ) {
      const calls: Array<{ most: number; cost: number }> = [];
      const budget = {
        reserve: () => {},
        settle: (most: number, cost: number) => calls.push({ most, cost }),
      };
      const provider = await open(spec, { runner: { load: { budget } } });
      await provider.chat(chatRequest(request)).catch(() => {});
      expect(calls).toHaveLength(1);
      return calls[0];
    }

    it('counts what the provider says that it used', async () => {
      const { cost } = await settled(PRICED, {});
      expect(cost).toBeCloseTo(0.015);
    });

    it('counts a reply that does not say what it used in full', async () => {
      handler = response =>
        json(response, 200, { choices: COMPLETION.choices });
      const { most, cost } = await settled(PRICED, {});
      expect(cost).toBe(most);
      expect(cost).toBeGreaterThan(0.1);
    });

    it.each([
      ['a message', { role: 'user' as const, parts: [IMAGE] }],
      [
        'the result of the tool "look"',
        {
          role: 'tool' as const,
          toolResult: { id: '1', name: 'look', parts: [IMAGE] },
        },
      ],
    ])('makes no call when %s has media', async (what, message) => {
      const reserve = jest.fn();
      const budget = { reserve, settle: () => {} };
      const provider = await open(PRICED, { runner: { load: { budget } } });
      await expect(
        provider.chat(
          chatRequest({ messages: [{ content: 'It', turn: 0, ...message }] }),
        ),
      ).rejects.toMatchObject({
        errorClass: 'invalid_request',
        message: `The call may not be made within a budget: ${what} has media, and nobody knows what they cost at most`,
      });
      expect(reserve).not.toHaveBeenCalled();
      expect(requests).toHaveLength(0);
    });

    it('counts a reply that was cut in full', async () => {
      handler = response => {
        response.writeHead(200, STREAM);
        response.write(
          `data: ${JSON.stringify({
            choices: [{ delta: { content: 'Hello' } }],
            usage: COMPLETION.usage,
          })}\n\n`,
        );
      };
      const { most, cost } = await settled(PRICED, {
        stream: true,
        watch: () => true,
      });
      expect(cost).toBe(most);
    });

    it.each([
      { output: true, isPaid: true },
      { output: false, isPaid: false },
    ])(
      'counts a stream that ended with a refusal by what came before: $output',
      async ({ output, isPaid }) => {
        handler = response => {
          response.writeHead(200, STREAM);
          const events = [
            ...(output
              ? [
                  {
                    type: 'content_block_start',
                    index: 0,
                    content_block: { type: 'text', text: '' },
                  },
                  {
                    type: 'content_block_delta',
                    index: 0,
                    delta: { type: 'text_delta', text: 'Hello' },
                  },
                ]
              : []),
            {
              type: 'error',
              error: { type: 'overloaded_error', message: 'Overloaded' },
            },
          ];
          events.forEach(event =>
            response.write(`data: ${JSON.stringify(event)}\n\n`),
          );
          response.end();
        };
        const { most, cost } = await settled(
          { ...PRICED, type: 'claude' },
          { stream: true },
        );
        expect(cost).toBe(isPaid ? most : 0);
      },
    );
  });

  it('counts what was read of a reply that was cut', async () => {
    const said = 'A reply that goes on. '.repeat(4);
    const events = [
      {
        type: 'message_start',
        message: { usage: { input_tokens: 25, output_tokens: 1 } },
      },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'text', text: '' },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: said },
      },
    ];
    handler = response => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      events.forEach(event =>
        response.write(`data: ${JSON.stringify(event)}\n\n`),
      );
    };
    const provider = await open({
      type: 'claude',
      pricing: { input_cost_per_1k: 0, output_cost_per_1k: 1_000 },
    });
    const reply = await provider.chat(
      chatRequest({ stream: true, watch: () => true }),
    );
    expect(reply).toMatchObject({
      content: said,
      finishReason: 'cut',
      inputTokens: 25,
      outputTokens: 22,
      cost: 22,
    });
  });

  it('names the reason when nothing listens', async () => {
    const provider = await open({ base_url: 'http://127.0.0.1:1/v1' });
    await expect(provider.chat(chatRequest())).rejects.toMatchObject({
      errorClass: 'connection',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('spaces calls out as its share of the rate limit says, and does not count that as latency', async () => {
    const provider = await open(
      { rate_limit: { rps: 40, burst: 1 } },
      { runner: { rateShare: 0.5 } },
    );
    const start = performance.now();
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => provider.chat(chatRequest())),
    );
    const elapsed = performance.now() - start;
    expect(elapsed).toBeGreaterThanOrEqual(145);
    const latencies = replies.reduce(
      (sum, { latencyMs }) => sum + latencyMs,
      0,
    );
    expect(latencies).toBeLessThan(elapsed);
  });

  it('asks a stream again that broke before its first words, and one that broke later only when told to', async () => {
    const answer = (text: string, rest: string) => {
      handler = (response, { url }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(
          requests.length === 1
            ? text
            : `data: {"choices":[{"delta":{"content":"Hi ${url}"}}]}\n\n${rest}`,
        );
      };
    };
    answer(': nothing\n\n', 'data: [DONE]\n\n');
    const first = await (await open()).chat(chatRequest({ stream: true }));
    expect(first.content).toBe('Hi /v1/chat/completions');

    requests = [];
    answer('data: {"choices":[{"delta":{"content":"Hal"}}]}\n\n', '');
    await expect(
      (await open()).chat(chatRequest({ stream: true })),
    ).rejects.toMatchObject({ errorClass: 'connection' });
    expect(requests).toHaveLength(1);

    requests = [];
    answer(
      'data: {"choices":[{"delta":{"content":"Hal"}}]}\n\n',
      'data: [DONE]\n\n',
    );
    const again = await open({
      stream_retry: { retry_window: 'always', initial_delay: '1ms' },
    });
    expect((await again.chat(chatRequest({ stream: true }))).content).toBe(
      'Hi /v1/chat/completions',
    );
  });

  it('takes a streamed answer that came as a whole', async () => {
    const reply = await (await open()).chat(chatRequest({ stream: true }));
    expect(reply).toMatchObject({ content: 'Hello', inputTokens: 10 });
    expect(reply.ttftMs).toBeUndefined();
  });
});

describe('credentials', () => {
  const sent = () => requests[0]?.headers.authorization;

  it('come from the slot of the run first, then inline, then from what the spec names, then from well-known places', async () => {
    const environment = {
      SLOT: 'key-of-slot',
      NAMED: 'key-of-variable',
      OPENAI_API_KEY: 'key-of-openai',
    };
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-key-'));
    await writeFile(path.join(directory, 'key.txt'), 'key-of-file\n');
    const all: ProviderSpec['credential'] = {
      api_key: 'key-inline',
      credential_file: 'key.txt',
      credential_env: 'NAMED',
    };
    const cases: Array<
      [ProviderSpec['credential'], string | undefined, string]
    > = [
      [all, 'SLOT', 'key-of-slot'],
      [all, undefined, 'key-inline'],
      [{ ...all, api_key: undefined }, undefined, 'key-of-file'],
      [{ credential_env: 'NAMED' }, undefined, 'key-of-variable'],
      [undefined, undefined, 'key-of-openai'],
    ];
    for (const [credential, credentialSlot, key] of cases) {
      requests = [];
      const provider = await open(
        { credential },
        { environment, credentialSlot, directory },
      );
      await provider.chat(chatRequest());
      expect(sent()).toBe(`Bearer ${key}`);
    }
  });

  it.each([
    [
      { credential_env: 'UNSET' },
      undefined,
      'UNSET (credential_env) is not set',
    ],
    [{ credential_file: '../key' }, undefined, 'lies outside'],
    [undefined, 'SLOT', 'the credential slot SLOT is empty'],
  ])(
    'that are named and not there fail the call, not the run: %j %s',
    async (credential, credentialSlot, message) => {
      const lines: string[] = [];
      const provider = await open(
        { credential },
        {
          credentialSlot,
          directory: tmpdir(),
          runner: { log: line => lines.push(line) },
        },
      );
      await expect(provider.chat(chatRequest())).rejects.toMatchObject({
        errorClass: 'auth',
        retryable: false,
        message: expect.stringContaining(message),
      });
      expect(lines.join()).toContain(message);
      expect(requests).toHaveLength(0);
    },
  );

  it('never reach a server of one`s own by themselves', async () => {
    for (const type of ['vllm', 'ollama']) {
      requests = [];
      const provider = await open(
        { type },
        { environment: { OPENAI_API_KEY: 'key-of-openai' } },
      );
      await provider.chat(chatRequest());
      expect(sent()).toBeUndefined();
    }
  });
});
