import { pause } from '../../util/pause';
import {
  ChatProvider,
  ChatReply,
  ChatRequest,
  ProviderError,
} from '../ChatProvider';
import { connectionError } from './agentErrors';
import { AgentConversation, TurnTimeouts } from './AgentConversation';
import { AgentSocket } from './AgentSocket';
import { writeParts } from './protocol';

export interface AgentOptions extends TurnTimeouts {
  /** With the query that names the agent. */
  url: URL;
  headers: Record<string, string>;
  handshakeTimeoutMs: number;
  connectedTimeoutMs: number;
}

/** Tries at a connection: nothing has been said yet, so that nothing can happen twice. */
const CONNECT_ATTEMPTS = 3;
const CONNECT_DELAY_MS = 200;

interface Entry {
  conversation?: Promise<AgentConversation>;
  /** Answers that the agent has given in this conversation: it remembers them, the engine does not send them again. */
  answers: number;
  /** Settles when all turns that were asked for are over: an agent takes one message at a time. */
  idle: Promise<unknown>;
}

/**
 * An agent behind a WebSocket. It keeps the conversation itself, so it is sent the last user message alone; system prompt, sampling
 * and the bundle's tools do not reach it, except for tools that it asks its client to run. Each conversation has a connection of its
 * own.
 */
export class AgentProvider implements ChatProvider {
  private readonly entries = new Map<string, Entry>();
  private readonly ending = new Set<Promise<void>>();

  constructor(private readonly options: AgentOptions) {}

  chat(request: ChatRequest): Promise<ChatReply> {
    const { conversationId } = request;
    const entry = this.entries.get(conversationId) ?? {
      answers: 0,
      idle: Promise.resolve(),
    };
    this.entries.set(conversationId, entry);
    const reply = entry.idle.then(() => this.turn(entry, request));
    entry.idle = reply.catch(() => undefined);
    return reply;
  }

  endConversation(conversationId: string): void {
    const entry = this.entries.get(conversationId);
    this.entries.delete(conversationId);
    if (!entry) return;
    const end = closeQuietly(entry).finally(() => this.ending.delete(end));
    this.ending.add(end);
  }

  async close(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    await Promise.all([...entries.map(closeQuietly), ...this.ending]);
  }

  private async turn(entry: Entry, request: ChatRequest): Promise<ChatReply> {
    const { signal, watch, callTool } = request;
    const message = lastUserMessage(request);
    const conversation = await this.connected(entry, signal);
    await request.beforeCall();
    const start = performance.now();
    const { cut, ...reply } = await conversation.play({
      message,
      signal,
      watch,
      callTool,
    });
    entry.answers += 1;
    return {
      ...reply,
      toolCalls: [],
      // The protocol does not tell what an answer has used.
      inputTokens: 0,
      outputTokens: 0,
      cachedTokens: 0,
      cost: 0,
      finishReason: cut ? 'cut' : 'stop',
      latencyMs: performance.now() - start,
    };
  }

  /** The conversation with a connection that is ready for a turn. */
  private async connected(
    entry: Entry,
    signal: AbortSignal,
  ): Promise<AgentConversation> {
    if (!entry.conversation) {
      entry.conversation = this.connect(signal);
      try {
        return await entry.conversation;
      } catch (error) {
        // Nothing was said yet: the next call may begin anew.
        entry.conversation = undefined;
        throw error;
      }
    }
    const conversation = await entry.conversation;
    try {
      await conversation.ready(signal);
      return conversation;
    } catch (error) {
      if (!conversation.socket.failure) throw error;
      entry.conversation = this.resume(conversation.socket, entry, signal);
      return entry.conversation;
    }
  }

  /** A connection that broke between two turns. Without its session the agent would answer as if nothing had been said. */
  private async resume(
    lost: AgentSocket,
    { answers }: Entry,
    signal: AbortSignal,
  ): Promise<AgentConversation> {
    const conversation = await this.connect(signal, lost.sessionId);
    const { sessionId, resumed } = conversation.socket;
    if (answers > 0 && !(resumed && sessionId === lost.sessionId)) {
      await conversation.socket.close();
      throw connectionError(
        `The connection broke and the agent did not resume session ${
          lost.sessionId
        }: ${lost.failure?.message ?? 'no reason given'}`,
      );
    }
    return conversation;
  }

  private async connect(
    signal: AbortSignal,
    session?: string,
  ): Promise<AgentConversation> {
    const url = new URL(this.options.url);
    if (session) url.searchParams.set('resume', session);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const socket = await AgentSocket.open({ ...this.options, url, signal });
        return new AgentConversation(socket, this.options);
      } catch (error) {
        const retryable = error instanceof ProviderError && error.retryable;
        if (!retryable || attempt === CONNECT_ATTEMPTS) throw error;
      }
      const delay = CONNECT_DELAY_MS * 2 ** (attempt - 1);
      await pause(delay * (0.5 + Math.random()), signal);
    }
  }
}

function lastUserMessage({ messages }: ChatRequest): Record<string, unknown> {
  const last = messages.findLast(({ role }) => role === 'user');
  return last?.parts
    ? { parts: writeParts(last.parts) }
    : { content: last?.content ?? '' };
}

async function closeQuietly(entry: Entry): Promise<void> {
  try {
    await (await entry.conversation)?.socket.close();
  } catch {
    // There was no connection to close; whoever wanted it was told why.
  }
}
