import {
  ChatProvider,
  ChatReply,
  ChatRequest,
  FinishReason,
  ProviderError,
} from '../ChatProvider';
import { Dialect, WireReply, WireRequest } from '../dialects/Dialect';
import { carriesMedia } from '../dialects/media';
import { byteLength } from '../../text/goText';
import { CallBudget } from '../limits/CallBudget';
import { CallLimiter } from '../limits/CallLimiter';
import { limitedCall } from '../limits/limitedCall';
import { Retries } from '../limits/limitsOf';
import { isUnpaid, reserve } from '../limits/reserve';
import { estimateInput, estimateOutput } from './estimateTokens';
import { HttpAnswer, HttpClient } from './HttpClient';
import { statusError } from './httpErrors';
import { parseJson } from './parseJson';
import { StreamedAnswer } from './StreamedAnswer';

/** US dollars for 1,000 tokens. */
export interface Pricing {
  input: number;
  output: number;
  /** Of input that the provider had cached; default: as any other input. */
  cached?: number;
}

/** Gives the headers that prove who sends a request, right before it is sent. Its path is the whole one. */
export type Authorize = (
  request: WireRequest,
) => Promise<Record<string, string>>;

export interface HttpProviderOptions {
  dialect: Dialect;
  client: HttpClient;
  /** Path that every path of the dialect follows, without a slash at the end. */
  basePath: string;
  /** Without a question mark; every path gets it. Empty for none. */
  query: string;
  headers: Record<string, string>;
  authorize?: Authorize;
  limiter: CallLimiter;
  retries: Retries;
  pricing: Pricing;
  /** Asked before each call. */
  budget?: CallBudget;
}

interface Answered {
  reply: ChatReply;
  /** The provider said itself what it used; otherwise tokens and cost are estimates. */
  isCounted: boolean;
}

/** A model behind HTTP: limits, retries and accounts are the same for every dialect. */
export class HttpProvider implements ChatProvider {
  constructor(private readonly options: HttpProviderOptions) {}

  async chat(request: ChatRequest): Promise<ChatReply> {
    const { dialect, limiter, retries } = this.options;
    const { signal, stream } = request;
    const wire = dialect.encode(request);
    let streamed: StreamedAnswer | undefined;
    return limitedCall({
      limiter,
      policy: stream ? retries.streamed : retries.plain,
      stream,
      signal,
      beforeCall: request.beforeCall,
      attempt: () => {
        if (stream) streamed = new StreamedAnswer(dialect, request);
        return this.paid(wire, request, streamed);
      },
      held: () => request.meter?.held(),
      hadOutput: () => streamed?.hadOutput ?? false,
    });
  }

  async close(): Promise<void> {
    this.options.limiter.close();
    await this.options.client.close();
  }

  /** Makes a call for which there is money. */
  private async paid(
    wire: WireRequest,
    request: ChatRequest,
    streamed: StreamedAnswer | undefined,
  ): Promise<ChatReply> {
    const { budget, pricing } = this.options;
    if (!budget) return (await this.call(wire, request, streamed)).reply;
    const most = mostCost(wire.body, request, pricing);
    await reserve(budget, most, request.signal);
    // What ended without an answer, or does not say what it used, may have cost everything.
    let cost = most;
    try {
      const { reply, isCounted } = await this.call(wire, request, streamed);
      if (isCounted) cost = reply.cost;
      return reply;
    } catch (error) {
      if (isUnpaid(error) && !streamed?.hadOutput) cost = 0;
      throw error;
    } finally {
      budget.settle(most, cost);
    }
  }

  private async call(
    wire: WireRequest,
    request: ChatRequest,
    streamed: StreamedAnswer | undefined,
  ): Promise<Answered> {
    const { client, basePath, query, dialect, authorize } = this.options;
    let { headers } = this.options;
    const path = withQuery(basePath + wire.path, query);
    if (authorize) {
      headers = { ...headers, ...(await prove(authorize, path, wire.body)) };
    }
    const answer = await client.post({
      path,
      headers,
      body: wire.body,
      signal: request.signal,
      ...(streamed
        ? {
            onData: (chunk: Buffer, sentAt: number) =>
              streamed.feed(chunk, sentAt),
          }
        : {}),
    });
    if (answer.status < 200 || answer.status > 299) {
      throw statusError(answer.status, answer.headers, answer.body);
    }
    if (streamed && answer.streamed) {
      return this.toReply(streamed.finish(), request, answer, streamed.ttftMs);
    }
    const reply = dialect.readAnswer(parseJson(answer.body), request);
    if (!reply) throw notAnAnswer(dialect, answer.body);
    return this.toReply(reply, request, answer);
  }

  private toReply(
    reply: WireReply,
    request: ChatRequest,
    { sentAt, endedAt }: HttpAnswer,
    ttftMs?: number,
  ): Answered {
    const { pricing } = this.options;
    const { usage, toolCalls, content } = reply;
    const inputTokens = usage.inputTokens ?? estimateInput(request);
    const outputTokens = countOutput(reply);
    const cachedTokens = Math.min(usage.cachedTokens ?? 0, inputTokens);
    const cost =
      ((inputTokens - cachedTokens) * pricing.input +
        cachedTokens * (pricing.cached ?? pricing.input) +
        outputTokens * pricing.output) /
      1_000;
    return {
      reply: {
        content,
        toolCalls,
        ...(reply.reasoning ? { reasoning: reply.reasoning } : {}),
        inputTokens,
        outputTokens,
        cachedTokens,
        cost,
        finishReason: finishReasonOf(reply),
        latencyMs: endedAt - sentAt,
        ...(ttftMs === undefined ? {} : { ttftMs }),
      },
      isCounted:
        usage.inputTokens !== undefined &&
        usage.outputTokens !== undefined &&
        reply.finishReason !== 'cut',
    };
  }
}

/** The most that a call can cost: no token of text is shorter than a byte, and the answer not longer than it may be. */
function mostCost(
  body: string,
  { messages, sampling: { maxTokens } }: ChatRequest,
  pricing: Pricing,
): number {
  // A plan knows of the media of turns; those of tools' results are known only here.
  const holder = messages.find(carriesMedia);
  if (holder) {
    throw new ProviderError(
      'invalid_request',
      `The call may not be made within a budget: ${
        holder.toolResult
          ? `the result of the tool "${holder.toolResult.name}"`
          : 'a message'
      } has media, and nobody knows what they cost at most`,
      false,
    );
  }
  if (maxTokens === undefined) {
    throw new ProviderError(
      'invalid_request',
      'The call may not be made within a budget: it has no max_tokens, so that nobody knows what it can cost',
      false,
    );
  }
  const input = Math.max(pricing.input, pricing.cached ?? 0);
  return (byteLength(body) * input + maxTokens * pricing.output) / 1_000;
}

/** What a stream says before its end is of its beginning: a reply that was cut has at least what was read of it. */
function countOutput(reply: WireReply): number {
  const { outputTokens: told } = reply.usage;
  if (told !== undefined && reply.finishReason !== 'cut') return told;
  return Math.max(told ?? 0, estimateOutput(reply));
}

function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

async function prove(
  authorize: Authorize,
  path: string,
  body: string,
): Promise<Record<string, string>> {
  try {
    return await authorize({ path, body });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProviderError('auth', `There is no credential: ${reason}`, false);
  }
}

/** Some servers stop for tools as for anything else, or have a word of their own for it. */
function finishReasonOf({ toolCalls, finishReason }: WireReply): FinishReason {
  const isVague = finishReason === 'stop' || finishReason === 'other';
  return toolCalls.length > 0 && isVague ? 'tool_calls' : finishReason;
}

function notAnAnswer({ answerName }: Dialect, body: string): ProviderError {
  return new ProviderError(
    'provider',
    `The provider's answer is not ${answerName}: ${body}`,
    true,
  );
}
