import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';

/** How the server answers. @public */
export interface MockLlmOptions {
  port?: number;
  /** Time from request to answer (streaming: to the first chunk), in milliseconds. Default 0. */
  latencyMs?: number;
  /** Chunks of a streamed answer. Default 5. */
  chunks?: number;
  /** Time between chunks, in milliseconds. Default 0. */
  chunkIntervalMs?: number;
  /** The answer to a conversation. Default: `ok`. */
  answer?: (messages: Array<{ role: string; content: string }>) => string;
  /** Every n-th call is refused with this status instead. */
  refuse?: { every: number; status: number };
}

/** One call as the server saw it. @public */
export interface MockLlmCall {
  /** Milliseconds since the epoch. */
  receivedAt: number;
  /** Absent while it is in flight, or when the client went away. */
  answeredAt?: number;
  status?: number;
  /** Content of the last user message. */
  user: string;
}

/** @public */
export interface MockLlm {
  /** `http://127.0.0.1:<port>/v1`. */
  url: string;
  calls: readonly MockLlmCall[];
  inFlight(): number;
  stop(): Promise<void>;
}

/**
 * A server with the chat-completions API of OpenAI on the loopback interface. It keeps a log of all calls: the other side's
 * account of what was paid for.
 *
 * @public
 */
export async function startMockLlm(
  options: MockLlmOptions = {},
): Promise<MockLlm> {
  const calls: MockLlmCall[] = [];
  const open = new Set<MockLlmCall>();

  const server = createServer((request, response) => {
    handle(request, response, options, calls, open).catch(error => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The loopback interface gave no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    calls,
    inFlight: () => open.size,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: MockLlmOptions,
  calls: MockLlmCall[],
  open: Set<MockLlmCall>,
): Promise<void> {
  if (
    request.method !== 'POST' ||
    !request.url?.endsWith('/chat/completions')
  ) {
    send(response, 404, { error: { message: 'unknown path' } });
    return;
  }
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = JSON.parse(text) as {
    model: string;
    stream?: boolean;
    messages: Array<{ role: string; content: string }>;
  };
  const call: MockLlmCall = {
    receivedAt: Date.now(),
    user: body.messages.filter(m => m.role === 'user').at(-1)?.content ?? '',
  };
  calls.push(call);
  open.add(call);
  const number = calls.length;
  response.once('close', () => open.delete(call));

  await sleep(options.latencyMs ?? 0);
  const done = (status: number) => {
    if (response.destroyed) return;
    call.answeredAt = Date.now();
    call.status = status;
    open.delete(call);
  };
  if (options.refuse && number % options.refuse.every === 0) {
    done(options.refuse.status);
    send(response, options.refuse.status, { error: { message: 'refused' } });
    return;
  }
  const answer = options.answer?.(body.messages) ?? 'ok';
  const usage = {
    prompt_tokens: Math.ceil(text.length / 4),
    completion_tokens: Math.ceil(answer.length / 4),
    total_tokens: Math.ceil((text.length + answer.length) / 4),
  };
  const base = { id: `call-${number}`, model: body.model, created: 0 };
  if (!body.stream) {
    done(200);
    send(response, 200, {
      ...base,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: answer },
          finish_reason: 'stop',
        },
      ],
      usage,
    });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish: string | null, extra = {}) =>
    response.write(
      `data: ${JSON.stringify({
        ...base,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...extra,
      })}\n\n`,
    );
  const pieces = Math.max(1, Math.min(options.chunks ?? 5, answer.length));
  const size = Math.ceil(answer.length / pieces);
  for (let at = 0; at < answer.length; at += size) {
    if (at > 0) await sleep(options.chunkIntervalMs ?? 0);
    chunk({ content: answer.slice(at, at + size) }, null);
  }
  chunk({}, 'stop', { usage });
  done(200);
  response.end('data: [DONE]\n\n');
}

function send(response: ServerResponse, status: number, body: object) {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sleep(ms: number): Promise<void> {
  return ms > 0
    ? new Promise(resolve => setTimeout(resolve, ms))
    : Promise.resolve();
}
