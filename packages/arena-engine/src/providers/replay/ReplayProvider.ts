import { byteLength } from '../../text/goText';
import { pause } from '../../util/pause';
import {
  ChatProvider,
  ChatReply,
  ChatRequest,
  ProviderError,
} from '../ChatProvider';
import { RecordedReply } from './Recording';

export interface ReplayOptions {
  replies: readonly RecordedReply[];
  /**
   * `turn`: the recorded replies in their order, one after the other for all conversations together. `content`: the reply to the
   * same question; for one that was not recorded, as `turn`.
   */
  match: 'turn' | 'content';
  /** How many times faster than recorded; absent: at once. */
  speed?: number;
}

/** Answers as somebody else once did. */
export class ReplayProvider implements ChatProvider {
  private position = 0;
  private readonly byQuestion = new Map<string, RecordedReply>();

  constructor(private readonly options: ReplayOptions) {
    for (const reply of options.replies) {
      const { question } = reply;
      if (question !== undefined && !this.byQuestion.has(question)) {
        this.byQuestion.set(question, reply);
      }
    }
  }

  async chat(request: ChatRequest): Promise<ChatReply> {
    await request.beforeCall();
    const start = performance.now();
    const recorded = this.next(request);
    const { speed } = this.options;
    if (speed && recorded.delayMs) {
      await pause(recorded.delayMs / speed, request.signal);
    }
    request.signal.throwIfAborted();
    const { content, toolCalls } = recorded;
    const isCut = request.stream && request.watch?.(content) === true;
    const latencyMs = performance.now() - start;
    return {
      content,
      toolCalls: structuredClone(toolCalls),
      inputTokens: recorded.inputTokens,
      outputTokens: recorded.outputTokens || Math.ceil(byteLength(content) / 4),
      cachedTokens: 0,
      cost: recorded.cost,
      finishReason: reasonOf(isCut, toolCalls.length > 0),
      latencyMs,
      ...(request.stream ? { ttftMs: latencyMs } : {}),
    };
  }

  async close(): Promise<void> {
    // Nothing is held between calls.
  }

  private next({ messages }: ChatRequest): RecordedReply {
    const { replies, match } = this.options;
    if (match === 'content') {
      const question = messages.findLast(({ role }) => role === 'user');
      const known = question && this.byQuestion.get(question.content);
      // In the middle of a turn the same question has another answer.
      const asks = messages[messages.length - 1]?.role === 'user';
      if (known && asks) return known;
    }
    const reply = replies[this.position];
    if (!reply) {
      throw new ProviderError(
        'bundle',
        `The recording has no more replies: all ${replies.length} were given`,
        false,
      );
    }
    this.position++;
    return reply;
  }
}

function reasonOf(isCut: boolean, hasCalls: boolean): string {
  if (isCut) return 'cut';
  return hasCalls ? 'tool_calls' : 'stop';
}
