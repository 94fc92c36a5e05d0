/** Media of a message. Exactly one of `data` and `url` is given. */
export interface MediaPart {
  type: 'image' | 'audio' | 'video' | 'document';
  /** For example `image/png`; empty when nothing says it. */
  mimeType: string;
  /** Content in base64. */
  data?: string;
  url?: string;
  /** How closely a model is to look at an image: `low`, `high` or `auto`. */
  detail?: string;
  caption?: string;
}

export type MessagePart = { type: 'text'; text: string } | MediaPart;

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
  parts?: MessagePart[];
}

/** The state of a workflow in which a reply was given. */
export interface StateStamp {
  state: string;
  description?: string;
  terminal: boolean;
}

/** A message of a conversation as the engine works with it. */
export interface ConversationMessage {
  role: 'user' | 'assistant' | 'tool';
  /** All text of the message. */
  content: string;
  /** Everything of a message that has media, its text included; absent for text alone. */
  parts?: MessagePart[];
  /** Zero-based user turn that it belongs to. */
  turn: number;
  toolCalls?: ToolCall[];
  toolResult?: ToolResultInfo;
  firings?: Firing[];
  state?: StateStamp;
  /** A user message that a persona made up, with the provider that played it. */
  selfPlay?: { persona: string; provider: string };
  reasoning?: string;
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
  parts?: MessagePart[];
  turn: number;
  /** Index of the message that made the call. */
  message: number;
}

/** Joins calls and results, message by message. */
export class ToolCallJoiner {
  readonly records: ToolCallRecord[] = [];
  private readonly open = new Map<string, ToolCallRecord[]>();
  private messages = 0;

  /**
   * @param byId - every call with one id is read with the last result of that id. Otherwise each call is read with the result
   * that followed it.
   */
  constructor(private readonly byId: boolean) {}

  add(message: ConversationMessage): void {
    const { open, byId } = this;
    const { toolCalls, toolResult, turn } = message;
    for (const call of toolCalls ?? []) {
      const record: ToolCallRecord = {
        ...call,
        result: '',
        turn,
        message: this.messages,
      };
      this.records.push(record);
      const known = byId ? open.get(call.id) : undefined;
      if (known) known.push(record);
      else open.set(call.id, [record]);
    }
    this.messages += 1;
    if (!toolResult) return;
    for (const record of open.get(toolResult.id) ?? []) {
      record.result = message.content;
      record.error = toolResult.error;
      record.errorType = toolResult.errorType;
      record.parts = toolResult.parts;
    }
  }
}

/** Joins the calls and results of a whole conversation; see {@link ToolCallJoiner}. */
export function toolCallRecords(
  messages: readonly ConversationMessage[],
  byId: boolean,
): ToolCallRecord[] {
  // Most conversations have none.
  if (!messages.some(({ toolCalls }) => toolCalls?.length)) return [];
  const joiner = new ToolCallJoiner(byId);
  messages.forEach(message => joiner.add(message));
  return joiner.records;
}
