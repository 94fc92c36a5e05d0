import { createServer, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { chatRequest, openProvider } from '../__testUtils__/openProvider';
import { ChatProvider, ChatReply, ProviderError } from '../ChatProvider';

const MEGABYTE = 1024 * 1024;
const DEEP = 10_000;

/** A server that writes what it likes, as soon as something was sent to it. */
let server: Server;
let behave: (socket: Socket) => void;
let requests: number;
let provider: ChatProvider | undefined;
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // The client hangs up in the middle: that is what is tested.
    socket.on('error', () => {});
    socket.on('data', data => {
      if (!data.toString().startsWith('POST')) return;
      requests++;
      behave(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

beforeEach(() => {
  requests = 0;
});

afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

afterAll(async () => {
  sockets.forEach(socket => socket.destroy());
  await new Promise(resolve => server.close(resolve));
});

async function chat(
  options: { stream?: boolean; spec?: Partial<ProviderSpec> } = {},
): Promise<ChatReply> {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  provider = await openProvider({
    type: 'openai',
    model: 'm',
    base_url: `http://127.0.0.1:${port}/v1`,
    request_timeout: '400ms',
    stream_idle_timeout: '400ms',
    stream_retry: { enabled: false },
    ...options.spec,
  });
  return provider.chat(chatRequest({ stream: options.stream ?? false }));
}

async function failure(reply: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await reply.catch(e => e);
  if (error instanceof ProviderError) return error;
  throw new Error(`Not a provider's error: ${String(error)}`);
}

function head(type: string, length?: number): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\n${
    length === undefined ? 'connection: close' : `content-length: ${length}`
  }\r\n\r\n`;
}

/** Writes pieces until the other side has had enough. */
function writeForEver(socket: Socket, piece: string | Buffer, most: number) {
  let left = most;
  const more = () => {
    while (left > 0 && !socket.destroyed) {
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

function respond(body: string, type = 'application/json') {
  behave = socket => {
    socket.write(head(type, Buffer.byteLength(body)));
    socket.write(body);
  };
}

describe('answers that mean no good', () => {
  it.each([false, true])(
    'reads no more than it may of 50 MB (stream: %s)',
    async stream => {
      behave = socket => {
        socket.write(head(stream ? 'text/event-stream' : 'application/json'));
        writeForEver(socket, Buffer.alloc(MEGABYTE, 'x'), 50 * MEGABYTE);
      };
      const error = await failure(
        chat({ stream, spec: { request_timeout: '60s' } }),
      );
      expect(error).toMatchObject({ errorClass: 'provider', retryable: false });
      expect(error.message).toContain('longer than 33554432 bytes');
    },
  );

  it('does not begin to read what is announced as too long', async () => {
    behave = socket => socket.write(head('application/json', 50 * MEGABYTE));
    expect((await failure(chat())).message).toContain('longer than');
  });

  it('refuses an answer that is nested too deeply', async () => {
    respond('['.repeat(DEEP) + ']'.repeat(DEEP));
    const error = await failure(chat());
    expect(error).toMatchObject({ errorClass: 'provider', retryable: false });
    expect(error.message).toContain('more than 500 levels');
  });

  it.each([false, true])(
    'refuses tool arguments that are nested too deeply (stream: %s)',
    async stream => {
      const args = `{"a":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`;
      const call = {
        index: 0,
        id: 'c',
        function: { name: 'f', arguments: args },
      };
      const choice = { finish_reason: 'tool_calls' };
      respond(
        stream
          ? `data: ${JSON.stringify({
              choices: [{ ...choice, delta: { tool_calls: [call] } }],
            })}\n\ndata: [DONE]\n\n`
          : JSON.stringify({
              choices: [{ ...choice, message: { tool_calls: [call] } }],
            }),
        stream ? 'text/event-stream' : 'application/json',
      );
      const error = await failure(chat({ stream }));
      expect(error).toMatchObject({ errorClass: 'provider', retryable: false });
      expect(error.message).toContain('more than 500 levels');
    },
  );

  it('ends with headers that do not', async () => {
    behave = socket => {
      socket.write('HTTP/1.1 200 OK\r\n');
      writeForEver(socket, `x-more: ${'y'.repeat(1_000)}\r\n`, 10 * MEGABYTE);
    };
    const error = await failure(chat());
    expect(error).toMatchObject({ errorClass: 'provider', retryable: false });
    expect(error.message).toContain('not HTTP');
  });

  it.each([
    ['text', 'I am not a web server\r\n\r\n'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a, 0x0d, 0x0a])],
  ])('says that garbage is none (%s)', async (_, garbage) => {
    behave = socket => socket.write(garbage);
    const error = await failure(chat());
    expect(error).toMatchObject({ errorClass: 'provider', retryable: false });
    expect(error.message).toContain('not HTTP');
  });

  it('says that bytes which are no JSON are no answer', async () => {
    behave = socket => {
      socket.write(head('application/json', 4));
      socket.write(Buffer.from([0xff, 0x00, 0xc3, 0x28]));
    };
    const error = await failure(chat());
    expect(error.message).toContain('is not a chat completion');
  });

  it('does not wait for an answer that only trickles', async () => {
    behave = socket => {
      socket.write(head('application/json', 1_000));
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(timer));
    };
    const error = await failure(chat());
    expect(error).toMatchObject({ errorClass: 'timeout', retryable: true });
    expect(requests).toBe(3);
  });

  it('does not wait for a stream that has fallen silent', async () => {
    behave = socket => {
      socket.write(head('text/event-stream'));
      socket.write('data: {"choices":[{"delta":{"content":"Hal"}}]}\n\n');
    };
    const error = await failure(chat({ stream: true }));
    expect(error).toMatchObject({ errorClass: 'timeout', retryable: true });
    expect(error.message).toContain('silent for 400 ms');
  });

  it('is done with a reply that is complete, whatever else comes', async () => {
    behave = socket => {
      socket.write(head('text/event-stream'));
      socket.write('data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n');
      socket.write('data: [DONE]\n\n');
      const timer = setInterval(() => socket.write(': more\n\n'), 20);
      socket.on('close', () => clearInterval(timer));
    };
    const reply = await chat({ stream: true });
    expect(reply.content).toBe('Hi');
    // And hangs up on whoever does not stop.
    await Promise.all([...sockets].map(socket => once(socket, 'close')));
  });

  it('reads events split wherever they may be', async () => {
    const wire = Buffer.from(
      `${['Grü', 'ße 😀']
        .map(
          content =>
            `: a comment\r\nevent: x\r\ndata: ${JSON.stringify({
              choices: [{ delta: { content } }],
            })}\r\n\r\n`,
        )
        .join('')}data: [DONE]\n\n`,
    );
    behave = async socket => {
      socket.setNoDelay(true);
      socket.write(head('text/event-stream'));
      for (let at = 0; at < wire.length; at += 7) {
        socket.write(wire.subarray(at, at + 7));
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    expect((await chat({ stream: true })).content).toBe('Grüße 😀');
  });

  it('reports an event that is no JSON, and one that says what went wrong', async () => {
    respond('data: {"choices":[{"del\n\n', 'text/event-stream');
    expect((await failure(chat({ stream: true }))).message).toContain(
      'an event that cannot be read: {"choices":[{"del',
    );
    await provider?.close();
    respond(
      'data: {"error":{"message":"too busy","code":"overloaded_error"}}\n\n',
      'text/event-stream',
    );
    expect(await failure(chat({ stream: true }))).toMatchObject({
      errorClass: 'overload',
      retryable: true,
      message: expect.stringContaining('too busy'),
    });
  });

  it('follows no redirection, which could lead the key astray', async () => {
    behave = socket =>
      socket.write(
        'HTTP/1.1 307 Temporary Redirect\r\nlocation: http://elsewhere.test/\r\ncontent-length: 0\r\n\r\n',
      );
    const error = await failure(chat());
    expect(error).toMatchObject({
      errorClass: 'invalid_request',
      retryable: false,
    });
    expect(error.message).toContain('moved to http://elsewhere.test/');
  });
});
