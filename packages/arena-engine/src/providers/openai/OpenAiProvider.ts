import { createParser } from 'eventsource-parser';
import { Dispatcher, EnvHttpProxyAgent, request as httpRequest } from 'undici';
import { ToolCall } from '../../conversation/messages';
import { byteLength } from '../../text/goText';
import { RateLimiter } from '../../util/RateLimiter';
import {
  ChatProvider,
  ChatReply,
  ChatRequest,
  ProviderError,
} from '../ChatProvider';
import { networkError, statusError } from './httpErrors';
import { StreamedReply } from './StreamedReply';
import {
  chunkSchema,
  completionSchema,
  readToolCall,
  requestBody,
  Usage,
} from './wire';

/** Largest answer that is read. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

export interface OpenAiOptions {
  /** Without `/chat/completions`. */
  baseUrl: string;
  model: string;
  headers: Record<string, string>;
  unsupportedParams: readonly string[];
  requestTimeoutMs: number;
  streamIdleTimeoutMs: number;
  maxConnections?: number;
  idleConnectionMs: number;
  inputCostPer1k: number;
  outputCostPer1k: number;
  rateLimit?: { rps: number; burst: number };
}

interface RawReply {
  content: string;
  toolCalls: ToolCall[];
  finishReason: string;
  usage?: Usage | null;
  ttftMs?: number;
}

/** A server that speaks the chat completions protocol. Connections are kept between calls. */
export class OpenAiProvider implements ChatProvider {
  private readonly dispatcher: Dispatcher;
  private readonly limiter?: RateLimiter;
  private readonly url: string;

  constructor(private readonly options: OpenAiOptions) {
    this.url = `${options.baseUrl.replace(/\/+$/, '')}/chat/completions`;
    this.dispatcher = new EnvHttpProxyAgent({
      keepAliveTimeout: options.idleConnectionMs,
      keepAliveMaxTimeout: options.idleConnectionMs,
      ...(options.maxConnections
        ? { connections: options.maxConnections }
        : {}),
    });
    if (options.rateLimit) this.limiter = new RateLimiter(options.rateLimit);
  }

  async chat(request: ChatRequest): Promise<ChatReply> {
    await this.limiter?.take(request.signal);
    await request.beforeCall();
    const start = performance.now();
    const body = requestBody(request, {
      model: this.options.model,
      unsupported: this.options.unsupportedParams,
    });
    let raw: RawReply;
    try {
      raw = await this.send(body, request, start);
    } catch (error) {
      request.signal.throwIfAborted();
      throw networkError(error, this.options.requestTimeoutMs);
    }
    return { ...this.toReply(raw, body), latencyMs: performance.now() - start };
  }

  async close(): Promise<void> {
    // An item that was aborted may still hold a connection.
    await this.dispatcher.destroy();
  }

  private async send(
    body: string,
    { stream, signal }: ChatRequest,
    start: number,
  ): Promise<RawReply> {
    const { requestTimeoutMs, streamIdleTimeoutMs } = this.options;
    const response = await httpRequest(this.url, {
      method: 'POST',
      dispatcher: this.dispatcher,
      // A stream may last longer than a request may take, as long as it keeps coming.
      signal: stream
        ? signal
        : AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
      headersTimeout: requestTimeoutMs,
      bodyTimeout: stream ? streamIdleTimeoutMs : requestTimeoutMs,
      headers: {
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
        ...this.options.headers,
      },
      body,
    });
    if (response.statusCode < 200 || response.statusCode > 299) {
      throw statusError(response.statusCode, await readText(response.body));
    }
    const type = String(response.headers['content-type'] ?? '');
    // Some servers answer a streaming request as a whole.
    return stream && !type.includes('application/json')
      ? readStream(response.body, start)
      : readCompletion(await readText(response.body));
  }

  private toReply(raw: RawReply, body: string): Omit<ChatReply, 'latencyMs'> {
    const inputTokens =
      raw.usage?.prompt_tokens ?? Math.ceil(byteLength(body) / 4);
    const outputTokens =
      raw.usage?.completion_tokens ?? Math.ceil(byteLength(raw.content) / 4);
    return {
      content: raw.content,
      toolCalls: raw.toolCalls,
      inputTokens,
      outputTokens,
      cachedTokens: raw.usage?.prompt_tokens_details?.cached_tokens ?? 0,
      cost:
        (inputTokens * this.options.inputCostPer1k +
          outputTokens * this.options.outputCostPer1k) /
        1000,
      finishReason: raw.finishReason,
      ...(raw.ttftMs === undefined ? {} : { ttftMs: raw.ttftMs }),
    };
  }
}

function readCompletion(text: string): RawReply {
  const parsed = completionSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ProviderError(
      'provider',
      `The provider's answer is not a chat completion: ${text.slice(0, 200)}`,
      true,
    );
  }
  const [choice] = parsed.data.choices;
  return {
    content: choice.message.content ?? '',
    toolCalls: (choice.message.tool_calls ?? []).map((call, index) =>
      readToolCall(index, call.id, call.function.name, call.function.arguments),
    ),
    finishReason: choice.finish_reason ?? '',
    usage: parsed.data.usage,
  };
}

async function readStream(
  body: AsyncIterable<Uint8Array>,
  start: number,
): Promise<RawReply> {
  const reply = new StreamedReply(start);
  const decoder = new TextDecoder();
  let done = false;
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') {
        done = true;
        return;
      }
      const chunk = chunkSchema.safeParse(parseJson(data));
      if (!chunk.success) {
        throw new ProviderError(
          'provider',
          `Unreadable event: ${data.slice(0, 200)}`,
          true,
        );
      }
      if (chunk.data.error) {
        throw new ProviderError(
          'provider',
          `The provider broke off: ${
            chunk.data.error.message ?? 'no reason given'
          }`,
          true,
        );
      }
      reply.add(chunk.data);
    },
  });
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_RESPONSE_BYTES) throw tooLong();
    parser.feed(decoder.decode(part, { stream: true }));
    if (done) break;
  }
  if (!done && reply.finishReason === '') {
    throw new ProviderError(
      'provider',
      'The stream ended before the reply was complete',
      true,
    );
  }
  const { content, toolCalls, finishReason, usage, ttftMs } = reply;
  return { content, toolCalls, finishReason, usage, ttftMs };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_RESPONSE_BYTES) throw tooLong();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function tooLong(): ProviderError {
  return new ProviderError(
    'provider',
    `The provider's answer is longer than ${MAX_RESPONSE_BYTES} bytes`,
    false,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
