import { ToolCall } from '../../conversation/messages';
import { ChatRequest, FinishReason } from '../ChatProvider';
import { Framing } from '../http/framing';
import { ReplyBuilder } from './ReplyBuilder';

export interface Usage {
  /** Cached ones included. */
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
}

/** What a dialect reads out of an answer. */
export interface WireReply {
  content: string;
  toolCalls: ToolCall[];
  reasoning?: string;
  finishReason: FinishReason;
  usage: Usage;
}

export interface WireRequest {
  /** Follows the base address; with the query. */
  path: string;
  /** JSON. */
  body: string;
}

/** Puts a streamed reply together. */
export interface StreamReader {
  readonly reply: ReplyBuilder;
  /**
   * Takes one event in. It is JSON, except for what a dialect sends beside its events (`[DONE]`): that is undefined.
   *
   * @throws ProviderError when the event says that the call failed
   */
  read(event: unknown, text: string): void;
}

/** The protocol of one vendor. Knows nothing of connections, limits and retries. */
export interface Dialect {
  /** What an answer is called in errors, for example `a chat completion`. */
  readonly answerName: string;
  /** @throws ProviderError of class `invalid_request` when the vendor has no way to say it. */
  encode(request: ChatRequest): WireRequest;
  /**
   * Reads an answer that came as a whole.
   *
   * @returns undefined when it is no such answer
   * @throws ProviderError when it says that the call failed
   */
  readAnswer(answer: unknown, request: ChatRequest): WireReply | undefined;
  readStream(request: ChatRequest): StreamReader;
  createFraming(): Framing;
}
