import { ItemError } from '@backstage-arena/plugin-arena-common';
import {
  ConversationMessage,
  MessagePart,
  ToolCall,
} from '../conversation/messages';
import { ToolDescriptor, ToolOutcome } from '../tools/Tool';
import type { CallMeter } from './CallMeter';

/** Sampling parameters of a call; absent ones are left to the provider. */
export interface SamplingParams {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  seed?: number;
}

/** What a reply must look like: any JSON object, or one that fits a schema. */
export type ResponseFormat =
  | { type: 'json_object' }
  | { type: 'json_schema'; name: string; schema: unknown };

/** Where the mock provider finds its script. */
export interface ScriptPosition {
  scenarioId: string;
  /** Number of the scripted turn at the start of the user turn; counts from 1. */
  baseTurn: number;
  /** Step of a composition: its own script comes before the turns. */
  step?: string;
  /** Persona that the reply is for: the provider plays the user. */
  persona?: string;
}

export interface ChatRequest {
  /** Equal for all calls of one conversation of one role, different from all others. */
  conversationId: string;
  system: string;
  messages: readonly ConversationMessage[];
  /** Empty: the model is told of no tools. */
  tools: readonly ToolDescriptor[];
  toolChoice: 'auto' | 'required' | 'none';
  responseFormat?: ResponseFormat;
  sampling: SamplingParams;
  stream: boolean;
  signal: AbortSignal;
  /** Runs right before each call that may cost money, retries included. */
  beforeCall: () => Promise<void>;
  /** Absent for calls that no scenario scripts, such as those of judges. */
  script?: ScriptPosition;
  /**
   * Sees the text so far of a streamed reply, each time that it grows. Returning true cuts the stream: the reply then ends where
   * it is, with the finish reason `cut`.
   */
  watch?: (text: string) => boolean;
  /** Sees how the call goes. */
  meter?: CallMeter;
  /** Executes a tool for an agent that runs its own loop and asks its client for this one. */
  callTool?: (call: ToolCall) => Promise<ToolOutcome>;
}

/**
 * Why a model stopped: it was done, the output limit was reached, it asks for tools, the provider's filter took the rest away,
 * or `watch` cut the stream. `other` is what a provider says beyond that.
 */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'cut'
  | 'other';

export interface ChatReply {
  content: string;
  /** Everything of a reply that has media, its text included. */
  parts?: MessagePart[];
  toolCalls: ToolCall[];
  reasoning?: string;
  /** What an agent with a loop of its own did before it replied: its tool calls and their results. */
  steps?: Array<Omit<ConversationMessage, 'turn'>>;
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
  /** US dollars, from the provider's `pricing`; 0 without. */
  cost: number;
  /** A {@link FinishReason}; an agent may have words of its own. */
  finishReason: string;
  /** Waiting for a rate limit or for a retry does not count. */
  latencyMs: number;
  /** Only for streamed replies. */
  ttftMs?: number;
}

/** A model or an agent. Safe for many calls at a time. */
export interface ChatProvider {
  /** @throws ProviderError when there is no reply. */
  chat(request: ChatRequest): Promise<ChatReply>;
  /** Gives up what is held for one conversation, for example an agent's connection. */
  endConversation?(conversationId: string): void;
  close(): Promise<void>;
}

/** A call that failed. */
export class ProviderError extends Error {
  constructor(
    readonly errorClass: ItemError['class'],
    message: string,
    readonly retryable: boolean,
    /** How long the provider asks to be left alone. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'ProviderError';
  }
}
