import { ToolOutcome } from '../tools/Tool';
import { ConversationMessage, MessagePart, ToolCall } from './messages';

/** What the user says. */
export interface UserInput {
  text: string;
  parts?: MessagePart[];
  /** When a persona made it up. */
  selfPlay?: ConversationMessage['selfPlay'];
  numbers?: Pick<
    ConversationMessage,
    'inputTokens' | 'outputTokens' | 'cost' | 'latencyMs'
  >;
}

/** @param turn - zero-based user turn */
export function toUserMessage(
  input: UserInput,
  turn: number,
): ConversationMessage {
  return {
    role: 'user',
    content: input.text,
    turn,
    ...(input.parts ? { parts: input.parts } : {}),
    ...(input.selfPlay ? { selfPlay: input.selfPlay } : {}),
    ...input.numbers,
  };
}

/** @param turn - zero-based user turn */
export function toToolMessage(
  { id, name }: ToolCall,
  { text, error, errorType, parts }: ToolOutcome,
  turn: number,
): ConversationMessage {
  return {
    role: 'tool',
    content: text,
    turn,
    toolResult: { id, name, error, errorType, parts },
  };
}
