import { ContentPart } from '../bundle/schemas/scenario';

export interface ToolCall {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
}

/** A guardrail that fired on a message. */
export interface Firing {
  /** The type as the prompt spells it. */
  type: string;
  direction: 'input' | 'output';
  score?: number;
  message: string;
}

export interface ToolResultInfo {
  id: string;
  name: string;
  error?: string;
  errorType?: 'validation' | 'approval' | 'execution';
  parts?: ContentPart[];
}

/** A message of a conversation as the engine works with it. */
export interface ConversationMessage {
  role: 'user' | 'assistant' | 'tool';
  content: string;
  /** Zero-based user turn that it belongs to. */
  turn: number;
  toolCalls?: ToolCall[];
  toolResult?: ToolResultInfo;
  firings?: Firing[];
  latencyMs?: number;
  ttftMs?: number;
  inputTokens?: number;
  outputTokens?: number;
  cachedTokens?: number;
  cost?: number;
  finishReason?: string;
}

/** One tool call with what came of it. */
export interface ToolCallRecord {
  id: string;
  name: string;
  arguments: Record<string, unknown>;
  result: string;
  error?: string;
  errorType?: ToolResultInfo['errorType'];
  parts?: ContentPart[];
  turn: number;
}

/**
 * Joins calls and results.
 *
 * @param byId - the compatible reading: ids of the mock provider repeat between rounds, and every call with one id is
 * read with the last result. Otherwise each call is read with the result that followed it.
 */
export function toolCallRecords(
  messages: readonly ConversationMessage[],
  byId: boolean,
): ToolCallRecord[] {
  const records: ToolCallRecord[] = [];
  const open = new Map<string, ToolCallRecord[]>();
  for (const message of messages) {
    for (const call of message.toolCalls ?? []) {
      const record = { ...call, result: '', turn: message.turn };
      records.push(record);
      if (byId) open.set(call.id, [...(open.get(call.id) ?? []), record]);
      else open.set(call.id, [record]);
    }
    const { toolResult } = message;
    if (!toolResult) continue;
    for (const record of open.get(toolResult.id) ?? []) {
      record.result = message.content;
      record.error = toolResult.error;
      record.errorType = toolResult.errorType;
      record.parts = toolResult.parts;
    }
  }
  return records;
}
