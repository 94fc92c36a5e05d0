import { connect } from 'node:net';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import {
  Agent,
  AgentBehaviour,
  AgentOptions as ServerOptions,
  startAgent,
} from '@backstage-arena/arena-devcluster';
import { ConversationMessage } from '../../conversation/messages';
import { ChatRequest } from '../ChatProvider';
import { SecretReader } from '../SecretReader';
import { AgentOptions, AgentProvider } from './AgentProvider';
import { createAgentProvider } from './createAgentProvider';

jest.setTimeout(30_000);

const user = (content: string): ConversationMessage => ({
  role: 'user',
  content,
  turn: 0,
});

function request(
  content: string,
  overrides: Partial<ChatRequest> = {},
): ChatRequest {
  return {
    conversationId: 'c',
    system: 'ignored',
    messages: [user(content)],
    tools: [],
    toolChoice: 'auto',
    sampling: {},
    stream: true,
    signal: new AbortController().signal,
    beforeCall: async () => undefined,
    ...overrides,
  };
}

describe('AgentProvider', () => {
  let agent: Agent;
  const providers: AgentProvider[] = [];

  function connectTo(url: string, options: Partial<AgentOptions> = {}) {
    const provider = new AgentProvider({
      url: new URL(`${url}?agent=helper&namespace=team`),
      headers: {},
      handshakeTimeoutMs: 5_000,
      connectedTimeoutMs: 5_000,
      requestTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
      toolTimeoutMs: 5_000,
      ...options,
    });
    providers.push(provider);
    return provider;
  }

  async function start(
    behaviour?: AgentBehaviour,
    server: ServerOptions = {},
    options: Partial<AgentOptions> = {},
  ) {
    agent = await startAgent({ behaviour, ...server });
    return connectTo(agent.url, options);
  }

  afterEach(async () => {
    await Promise.all(providers.splice(0).map(provider => provider.close()));
    await agent?.stop();
  });

  it('streams an answer, and sends the last user message alone', async () => {
    let received: unknown;
    const provider = await start(({ message, chunk, done }) => {
      received = message;
      chunk('Good ');
      chunk('day');
      done();
    });
    const seen: string[] = [];
    const reply = await provider.chat(
      request('', {
        messages: [
          user('first'),
          { role: 'assistant', content: 'answer', turn: 0 },
          user('second'),
        ],
        watch: text => {
          seen.push(text);
          return false;
        },
      }),
    );
    expect(reply).toMatchObject({
      content: 'Good day',
      toolCalls: [],
      finishReason: 'stop',
      cost: 0,
    });
    expect(reply.ttftMs).toBeLessThanOrEqual(reply.latencyMs);
    expect(seen).toEqual(['Good ', 'Good day']);
    expect(received).toMatchObject({ type: 'message', content: 'second' });
    expect(agent.connections).toEqual([
      { query: { agent: 'helper', namespace: 'team' } },
    ]);
  });

  it('keeps one connection for each conversation, until it ends', async () => {
    const provider = await start(({ history, done }) =>
      done(history.join(' + ')),
    );
    const say = (conversationId: string, text: string) =>
      provider.chat(request(text, { conversationId }));
    await Promise.all([say('a', 'one'), say('b', 'two')]);
    expect((await say('a', 'more')).content).toBe('one + more');
    expect((await say('b', 'more')).content).toBe('two + more');
    expect(agent.connections).toHaveLength(2);
    provider.endConversation('a');
    await until(() => agent.open() === 1);
    await provider.close();
    await until(() => agent.open() === 0);
  });

  it('says one thing after the other, however many ask', async () => {
    const provider = await start(async ({ content, history, done }) => {
      await new Promise(resolve => setTimeout(resolve, 5));
      done(`${content} is number ${history.length}`);
    });
    const replies = await Promise.all(
      ['one', 'two', 'three'].map(text => provider.chat(request(text))),
    );
    expect(replies.map(({ content }) => content)).toEqual([
      'one is number 1',
      'two is number 2',
      'three is number 3',
    ]);
    expect(agent.connections).toHaveLength(1);
  });

  it('sends media as parts', async () => {
    let received: unknown;
    const provider = await start(({ message, done }) => {
      received = message.parts;
      done('seen');
    });
    await provider.chat(
      request('', {
        messages: [
          {
            ...user('look'),
            parts: [
              { type: 'text', text: 'look' },
              { type: 'image', mimeType: 'image/png', data: 'AAAA' },
            ],
          },
        ],
      }),
    );
    expect(received).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', media: { mime_type: 'image/png', data: 'AAAA' } },
    ]);
  });

  it('runs tools for the agent, and tells what was called', async () => {
    const provider = await start(async ({ callTool, done }) => {
      const [weather, stock] = await Promise.all([
        callTool('weather', { city: 'Rome' }),
        callTool('stock', {}),
      ]);
      done(JSON.stringify([weather, stock]));
    });
    const reply = await provider.chat(
      request('how is it', {
        callTool: async ({ name, arguments: args }) =>
          name === 'weather'
            ? { text: '{\n  "sky": "clear"\n}', compact: '{"sky":"clear"}' }
            : {
                text: 'Error: no',
                compact: 'Error: no',
                error: `no ${JSON.stringify(args)}`,
                errorType: 'execution',
              },
      }),
    );
    expect(JSON.parse(reply.content)).toEqual([
      { result: { sky: 'clear' } },
      { error: 'no {}' },
    ]);
    const calls = reply.steps?.flatMap(step => step.toolCalls ?? []) ?? [];
    expect(calls.map(({ name, arguments: args }) => [name, args])).toEqual(
      expect.arrayContaining([
        ['weather', { city: 'Rome' }],
        ['stock', {}],
      ]),
    );
    expect(reply.steps).toContainEqual({
      role: 'tool',
      content: 'Error: no',
      toolResult: expect.objectContaining({ name: 'stock', error: 'no {}' }),
    });
  });

  it('refuses tools where nobody can run them', async () => {
    const provider = await start(async ({ callTool, done }) =>
      done((await callTool('pay', {})).error),
    );
    const reply = await provider.chat(request('pay'));
    expect(reply.content).toMatch(/tool pay cannot be executed/);
    expect(reply.steps).toHaveLength(2);
  });

  it('cuts an answer, and lets the agent end it before the next turn', async () => {
    let finish: () => void = () => undefined;
    const provider = await start(async ({ history, chunk, done }) => {
      if (history.length > 1) {
        done(`second of ${history.length}`);
        return;
      }
      chunk('bad word');
      await new Promise<void>(resolve => {
        finish = resolve;
      });
      chunk(' and more');
      done();
    });
    const reply = await provider.chat(
      request('x', { watch: text => text.includes('bad') }),
    );
    expect(reply).toMatchObject({ content: 'bad word', finishReason: 'cut' });
    const next = provider.chat(request('y'));
    finish();
    expect((await next).content).toBe('second of 2');
    expect(agent.connections).toHaveLength(1);
  });

  describe('reconnects', () => {
    it('between turns, when the agent still has the session', async () => {
      const provider = await start(({ history, done }) =>
        done(history.join(' + ')),
      );
      await provider.chat(request('one'));
      agent.dropAll();
      await until(() => agent.open() === 0);
      expect((await provider.chat(request('two'))).content).toBe('one + two');
      expect(agent.connections[1].query.resume).toEqual(expect.any(String));
    });

    it('never into a session that has forgotten the conversation', async () => {
      const provider = await start(undefined, { resumes: false });
      await provider.chat(request('one'));
      agent.dropAll();
      await until(() => agent.open() === 0);
      for (let i = 0; i < 2; i += 1) {
        await expect(provider.chat(request('two'))).rejects.toMatchObject({
          errorClass: 'connection',
          message: expect.stringMatching(/did not resume session/),
        });
      }
    });

    it('before anything was said, when the agent is not ready yet', async () => {
      let refusals = 2;
      const provider = await start(undefined, {
        refuse: () => (refusals-- > 0 ? 503 : undefined),
      });
      expect((await provider.chat(request('hi'))).content).toBe('hi');
      expect(agent.connections).toHaveLength(3);
    });

    it('never in the middle of an answer', async () => {
      let turns = 0;
      const provider = await start(({ chunk, drop }) => {
        turns += 1;
        chunk('half');
        drop();
      });
      await expect(provider.chat(request('hi'))).rejects.toMatchObject({
        errorClass: 'connection',
        retryable: true,
        message: expect.stringMatching(/closed the connection \(1006\)/),
      });
      expect(turns).toBe(1);
    });
  });

  describe('fails clearly', () => {
    const cases: Array<
      [string, AgentBehaviour, Partial<AgentOptions>, object]
    > = [
      [
        'an agent that never speaks',
        () => undefined,
        { requestTimeoutMs: 50 },
        {
          errorClass: 'timeout',
          retryable: true,
          message: 'The agent did not answer within 50 ms',
        },
      ],
      [
        'an agent that falls silent',
        ({ chunk }) => chunk('well'),
        { idleTimeoutMs: 50 },
        {
          errorClass: 'timeout',
          message: 'The agent did not go on with its answer within 50 ms',
        },
      ],
      [
        'garbage',
        ({ raw }) => raw('<html>'),
        {},
        {
          errorClass: 'provider',
          message:
            'A message of the agent cannot be read: it is not JSON: <html>',
        },
      ],
      [
        'a message of an unknown type',
        ({ raw }) => raw('{"type":"hello"}'),
        {},
        { errorClass: 'provider', message: expect.stringMatching(/hello/) },
      ],
      [
        'binary data',
        ({ raw }) => raw(Buffer.from([1, 2, 3])),
        {},
        { message: 'The agent sent a binary message unasked' },
      ],
      [
        'a frame of 50 MB',
        ({ raw }) => raw('x'.repeat(50 * 1024 * 1024)),
        {},
        {
          errorClass: 'provider',
          retryable: false,
          message: 'The agent sent a message of more than 16777216 bytes',
        },
      ],
      [
        'a flood of chunks',
        async ({ chunk }) => {
          for (let i = 0; i < 40; i += 1) chunk('x'.repeat(1024 * 1024));
        },
        {},
        { message: expect.stringMatching(/longer than 33554432 bytes/) },
      ],
      [
        'a flood of tool calls',
        ({ raw }) => {
          for (let i = 0; i < 200; i += 1) {
            raw(
              JSON.stringify({
                type: 'tool_call',
                tool_call: { id: `${i}`, name: 't', arguments: {} },
              }),
            );
          }
        },
        {},
        { message: expect.stringMatching(/more than 100 tool calls/) },
      ],
      [
        'an error of the agent',
        ({ error }) => error('AGENT_UNAVAILABLE', 'asleep'),
        {},
        {
          errorClass: 'overload',
          retryable: true,
          message: 'The agent answered with AGENT_UNAVAILABLE: asleep',
        },
      ],
      [
        'a limit of the agent',
        ({ error }) => error('RATE_LIMITED', 'slow down'),
        {},
        { errorClass: 'rate_limit', retryable: true },
      ],
      [
        'a message that the agent does not understand',
        ({ error }) => error('INVALID_MESSAGE', 'what?'),
        {},
        { errorClass: 'invalid_request', retryable: false },
      ],
    ];

    it.each(cases)('on %s', async (_, behaviour, options, error) => {
      const provider = await start(behaviour, {}, options);
      await expect(provider.chat(request('hi'))).rejects.toMatchObject({
        name: 'ProviderError',
        ...error,
      });
    });

    it('on a server that takes the connection and says nothing', async () => {
      const provider = await start(
        undefined,
        { greets: false },
        { connectedTimeoutMs: 50 },
      );
      await expect(provider.chat(request('hi'))).rejects.toMatchObject({
        errorClass: 'timeout',
        message: 'The agent did not say "connected" within 50 ms',
      });
    });

    it.each([
      [401, 'auth'],
      [400, 'invalid_request'],
    ])('on HTTP %i instead of a connection', async (status, errorClass) => {
      const provider = await start(undefined, { refuse: () => status });
      await expect(provider.chat(request('hi'))).rejects.toMatchObject({
        errorClass,
        retryable: false,
        message: `The agent refused the connection with HTTP ${status}: refused`,
      });
      expect(agent.connections).toHaveLength(1);
    });

    it('on an address where nobody listens', async () => {
      const provider = await start();
      await agent.stop();
      await expect(provider.chat(request('hi'))).rejects.toMatchObject({
        errorClass: 'connection',
        message: expect.stringMatching(/ECONNREFUSED/),
      });
    });

    it('on a tool that never returns', async () => {
      const provider = await start(
        async ({ callTool, done }) => done((await callTool('t', {})).error),
        {},
        { toolTimeoutMs: 50 },
      );
      const reply = await provider.chat(
        request('hi', { callTool: () => new Promise(() => undefined) }),
      );
      expect(reply.content).toBe('tool t did not end within 50 ms');
    });
  });

  it('stops at once when the item is stopped, and hangs up', async () => {
    const provider = await start(() => undefined);
    const stop = new AbortController();
    const chat = provider.chat(request('hi', { signal: stop.signal }));
    await until(() => agent.open() === 1);
    stop.abort(new Error('lease lost'));
    await expect(chat).rejects.toThrow('lease lost');
    await until(() => agent.open() === 0);
  });

  it('says nothing when the call is not allowed', async () => {
    let turns = 0;
    const provider = await start(({ done }) => {
      turns += 1;
      done();
    });
    const refusal = new Error('no lease');
    await expect(
      provider.chat(
        request('hi', { beforeCall: () => Promise.reject(refusal) }),
      ),
    ).rejects.toBe(refusal);
    expect(turns).toBe(0);
  });

  it('goes through the proxy that the environment names', async () => {
    await start();
    const tunnels: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (incoming, client, head) => {
      tunnels.push(incoming.url ?? '');
      const upstream = connect(Number(new URL(agent.url).port), '127.0.0.1');
      upstream.write(head);
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const before = { ...process.env };
    process.env.http_proxy = `http://127.0.0.1:${port}`;
    process.env.no_proxy = 'other.example';
    try {
      const provider = connectTo('ws://agent.example/ws');
      expect((await provider.chat(request('hi'))).content).toBe('hi');
      expect(tunnels).toEqual(['agent.example:80']);
      await provider.close();
    } finally {
      process.env = before;
      proxy.close();
    }
  });
});

describe('createAgentProvider', () => {
  const build = (spec: object, slot?: string) =>
    createAgentProvider(
      {
        id: 'agent-helper',
        group: 'default',
        key: 'k',
        spec: { type: 'agent', ...spec },
        ...(slot ? { credentialSlot: slot } : {}),
      },
      new SecretReader(name => (name === 'SLOT' ? 'secret-token' : undefined)),
    );

  it('signs in with the secret of its slot', async () => {
    const agent = await startAgent({ token: 'secret-token' });
    const provider = build(
      { base_url: agent.url, additional_config: { agent: 'helper' } },
      'SLOT',
    );
    try {
      expect((await provider.chat(request('hi'))).content).toBe('hi');
      expect(agent.connections[0].query).toEqual({ agent: 'helper' });
    } finally {
      await provider.close();
      await agent.stop();
    }
  });

  it.each([
    [{}, undefined, /base_url is ''/],
    [{ base_url: 'ftp://x' }, undefined, /base_url is 'ftp:\/\/x'/],
    [{ base_url: 'ws://localhost/ws' }, 'EMPTY', /slot EMPTY is empty/],
    [{ base_url: 'ws://example.com/ws' }, 'SLOT', /use wss:\/\//],
  ])('fails calls of %j', async (spec, slot, message) => {
    await expect(build(spec, slot).chat(request('hi'))).rejects.toMatchObject({
      errorClass: 'bundle',
      retryable: false,
      message: expect.stringMatching(message),
    });
  });
});

/** Waits for what the other side notices in its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
