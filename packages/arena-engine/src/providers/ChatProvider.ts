import { ItemError } from '@backstage-arena/plugin-arena-common';
import { ConversationMessage, ToolCall } from '../conversation/messages';
import { ToolDescriptor } from '../tools/Tool';

/** Sampling parameters of a call; absent ones are left to the provider. */
export interface SamplingParams {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed?: number;
}

export interface ChatRequest {
  system: string;
  messages: readonly ConversationMessage[];
  /** Empty: the model is told of no tools. */
  tools: readonly ToolDescriptor[];
  toolChoice: 'auto' | 'required' | 'none';
  sampling: SamplingParams;
  stream: boolean;
  signal: AbortSignal;
  /** Runs right before each call that may cost money, retries included. */
  beforeCall: () => Promise<void>;
  /** What the mock provider needs to find its script. */
  script: { scenarioId: string; baseTurn: number };
}

export interface ChatReply {
  content: string;
  toolCalls: ToolCall[];
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  cost: number;
  finishReason: string;
  latencyMs: number;
  /** Only for streamed replies. */
  ttftMs?: number;
}

/** A system under test. Safe for many calls at a time. */
export interface ChatProvider {
  chat(request: ChatRequest): Promise<ChatReply>;
  close(): Promise<void>;
}

/** A call that failed. */
export class ProviderError extends Error {
  constructor(
    readonly errorClass: ItemError['class'],
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = 'ProviderError';
  }
}
