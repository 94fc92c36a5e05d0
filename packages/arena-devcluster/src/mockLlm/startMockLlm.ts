import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import {
  MockLlm,
  MockLlmCall,
  MockLlmOptions,
  MockLlmReply,
  MockLlmRequest,
} from './MockLlm';
import { WorkQueue } from './WorkQueue';
import { sendJson, sendReply, sleep } from './sendReply';
import { anthropic } from './wires/anthropic';
import { bedrock } from './wires/bedrock';
import { gemini } from './wires/gemini';
import { ollama } from './wires/ollama';
import { openAiChat } from './wires/openAiChat';
import { openAiResponses } from './wires/openAiResponses';
import { vertexAnthropic } from './wires/vertexAnthropic';
import { FullReply, isJson, ParsedCall, Wire } from './wires/Wire';

const LOOPBACK = '127.0.0.1';

const WIRES: readonly Wire[] = [
  openAiChat,
  openAiResponses,
  anthropic,
  bedrock,
  vertexAnthropic,
  gemini,
  ollama,
];

/**
 * A server with the APIs of OpenAI (chat completions, responses; also as Azure serves them), Anthropic (also as Bedrock
 * serves it), Gemini (also as Vertex serves it) and Ollama, on the loopback interface unless told otherwise. It refuses what the vendors would, and
 * keeps a log of all calls: the other side's account of what was paid for.
 *
 * @public
 */
export async function startMockLlm(
  options: MockLlmOptions = {},
): Promise<MockLlm> {
  const calls: MockLlmCall[] = [];
  const open = new Set<MockLlmCall>();
  const work = new WorkQueue(options.capacity);

  const server = createServer((request, response) => {
    handle(request, response, options, calls, open, work).catch(error => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.keepAliveTimeout = 60_000;
  const { port = 0, host = LOOPBACK } = options;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error(`${host} gave no port`);
  }
  const reachable = host === '0.0.0.0' ? LOOPBACK : host;
  const origin = `http://${reachable}:${address.port}`;
  return {
    origin,
    url: `${origin}/v1`,
    port: address.port,
    calls,
    inFlight: () => open.size,
    async stop() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function handle(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: MockLlmOptions,
  calls: MockLlmCall[],
  open: Set<MockLlmCall>,
  work: WorkQueue,
): Promise<void> {
  const arrivedAt = performance.timeOrigin + performance.now();
  const url = incoming.url ?? '';
  const [path] = url.split('?');
  const wire = WIRES.find(each => each.matches(path));
  if (incoming.method !== 'POST' || !wire) {
    sendJson(response, 404, { error: { message: 'unknown path' } });
    return;
  }
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const body: unknown = JSON.parse(text);
  let parsed: ParsedCall;
  try {
    if (!isJson(body)) throw new Error('the body is not an object');
    parsed = wire.parse(path, body, incoming.headers);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = 'invalid_request_error';
    sendJson(response, 400, wire.error(400, message, code));
    return;
  }
  const call: MockLlmCall = {
    receivedAt: arrivedAt,
    user: parsed.messages.findLast(m => m.role === 'user')?.content ?? '',
  };
  calls.push(call);
  open.add(call);
  const number = calls.length;
  response.once('close', () => open.delete(call));

  const { headers } = incoming;
  const reply = replyTo(
    { ...parsed, path: url, headers, body },
    options,
    number,
  );
  const full = fill(reply, number, text.length);
  if (reply.status === undefined) call.usage = full.usage;
  await work.begin();
  response.once('close', () => work.end());
  await sleep(reply.latencyMs ?? options.latencyMs ?? 0);
  await sendReply(response, wire, parsed, reply, full, {
    chunks: reply.chunks ?? options.chunks ?? 5,
    chunkIntervalMs: reply.chunkIntervalMs ?? options.chunkIntervalMs ?? 0,
  });
  if (response.destroyed || !response.writableEnded) return;
  call.answeredAt = Date.now();
  call.status = response.statusCode;
  open.delete(call);
}

function replyTo(
  request: MockLlmRequest,
  { refuse, reply, answer }: MockLlmOptions,
  number: number,
): MockLlmReply {
  if (refuse && number % refuse.every === 0) return { status: refuse.status };
  return reply?.(request) ?? { text: answer?.(request.messages) ?? 'ok' };
}

function fill(
  reply: MockLlmReply,
  number: number,
  requestLength: number,
): FullReply {
  const { text = '', toolCalls = [], usage } = reply;
  return {
    id: `call-${number}`,
    text,
    toolCalls: toolCalls.map((call, index) => ({
      ...call,
      id: call.id ?? `call_${number}_${index}`,
    })),
    finish: reply.finish ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
    usage: {
      input: usage?.input ?? Math.ceil(requestLength / 4),
      output: usage?.output ?? Math.ceil(text.length / 4),
      cached: usage?.cached ?? 0,
    },
  };
}
