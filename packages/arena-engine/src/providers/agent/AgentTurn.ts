import { ConversationMessage, MessagePart } from '../../conversation/messages';
import { ToolOutcome } from '../../tools/Tool';
import { AgentMessage, readParts } from './protocol';

/** What came of a turn. */
export interface TurnReply {
  content: string;
  parts?: MessagePart[];
  steps?: Array<Omit<ConversationMessage, 'turn'>>;
  /** From sending the message to the first message of the agent. */
  ttftMs?: number;
}

/** Puts the messages of one answer together. */
export class AgentTurn {
  private text = '';
  private readonly media: MessagePart[] = [];
  private readonly steps: Array<Omit<ConversationMessage, 'turn'>> = [];
  private ttftMs?: number;

  /** @param start - when the message was sent, of `performance.now()` */
  constructor(private readonly start: number) {}

  get content(): string {
    return this.text;
  }

  /** Notes that the agent has begun to answer. */
  begun(): void {
    this.ttftMs ??= performance.now() - this.start;
  }

  chunk(message: Extract<AgentMessage, { type: 'chunk' }>): void {
    const parts = readParts(message.parts);
    this.text += message.content || textOf(parts);
    this.media.push(...parts.filter(isMedia));
  }

  done(message: Extract<AgentMessage, { type: 'done' }>): void {
    const parts = readParts(message.parts);
    this.text = joinAnswer(this.text, message.content || textOf(parts));
    const media = parts.filter(isMedia);
    // The final list is whole; what was streamed before is in it.
    if (media.length > 0) this.media.splice(0, Infinity, ...media);
  }

  /** A tool that the agent asked for, with what it got. */
  toolCalled(
    call: { id: string; name: string; arguments: Record<string, unknown> },
    outcome: ToolOutcome,
  ): void {
    const { text, error, errorType, parts } = outcome;
    this.steps.push(
      { role: 'assistant', content: '', toolCalls: [call] },
      {
        role: 'tool',
        content: text,
        toolResult: { id: call.id, name: call.name, error, errorType, parts },
      },
    );
  }

  reply(): TurnReply {
    const { text, media, steps, ttftMs } = this;
    return {
      content: text,
      ...(media.length > 0
        ? { parts: text ? [{ type: 'text', text }, ...media] : media }
        : {}),
      ...(steps.length > 0 ? { steps } : {}),
      ...(ttftMs === undefined ? {} : { ttftMs }),
    };
  }
}

/**
 * The whole answer. The last message may repeat what was streamed, or the end of it, or bring only the rest: each is said once.
 */
export function joinAnswer(streamed: string, last: string): string {
  if (last.startsWith(streamed)) return last;
  if (streamed.endsWith(last)) return streamed;
  return streamed + last;
}

function textOf(parts: readonly MessagePart[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

function isMedia(part: MessagePart): boolean {
  return part.type !== 'text';
}
