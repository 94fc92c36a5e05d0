import { ToolCall } from '../../conversation/messages';
import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { readToolCall } from '../dialects/toolCalls';
import { isObject, Json, list, object, text } from '../http/read';

export interface RecordedReply {
  content: string;
  toolCalls: ToolCall[];
  /** Text of the last user message before it. */
  question?: string;
  /** Milliseconds since the message before it, when the recording has times. */
  delayMs?: number;
  inputTokens: number;
  outputTokens: number;
  /** US dollars. */
  cost: number;
}

/** Reads the replies of a session recording: one JSON document, or one event a line. */
export function readRecording(source: string): RecordedReply[] {
  const replies: RecordedReply[] = [];
  let question: string | undefined;
  let lastTime: number | undefined;
  let pending = { inputTokens: 0, outputTokens: 0, cost: 0 };
  for (const event of eventsOf(source)) {
    const type = text(event.type) ?? '';
    const data = object(event.data) ?? object(event.message) ?? event;
    const spent = readSpending(data);
    if (/provider\.call/.test(type)) {
      // A call is recorded after its reply, or before it.
      const last = replies[replies.length - 1];
      if (last && last.outputTokens === 0 && last.cost === 0) {
        Object.assign(last, spent);
      } else pending = spent;
      continue;
    }
    if (type !== 'message.created' && type !== 'message') continue;
    const time = Date.parse(text(event.timestamp) ?? '');
    const delayMs =
      lastTime === undefined || Number.isNaN(time)
        ? undefined
        : Math.max(0, time - lastTime);
    if (!Number.isNaN(time)) lastTime = time;
    const role = text(data.role);
    const content = textOf(data);
    if (role === 'user') question = content;
    if (role !== 'assistant') continue;
    replies.push({
      content,
      toolCalls: readCalls(data),
      question,
      delayMs,
      ...(spent.outputTokens > 0 || spent.cost > 0 ? spent : pending),
    });
    pending = { inputTokens: 0, outputTokens: 0, cost: 0 };
  }
  return replies;
}

function eventsOf(source: string): Json[] {
  const whole = tryParse(source);
  if (whole === undefined) {
    return source.split('\n').map(tryParse).filter(isObject);
  }
  const events = object(whole)?.events ?? whole;
  return list(events).filter(isObject);
}

function tryParse(source: string): unknown {
  if (isTextTooDeep(source)) {
    throw new Error(
      `The recording is nested more than ${MAX_DEPTH} levels deep`,
    );
  }
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function textOf(message: Json): string {
  const content = text(message.content);
  if (content) return content;
  return list(message.parts ?? message.content)
    .map(part => text(object(part)?.text) ?? '')
    .join('');
}

function readCalls(message: Json): ToolCall[] {
  return list(message.tool_calls ?? message.toolCalls).flatMap(
    (entry, position) => {
      const call = object(entry);
      const named = object(call?.function) ?? call;
      const name = text(named?.name);
      if (name === undefined) return [];
      return [
        readToolCall(
          position,
          text(call?.id),
          name,
          named?.arguments ?? named?.args,
        ),
      ];
    },
  );
}

function readSpending(data: Json): {
  inputTokens: number;
  outputTokens: number;
  cost: number;
} {
  const info = object(data.cost_info) ?? data;
  return {
    inputTokens: Number(info.input_tokens) || 0,
    outputTokens: Number(info.output_tokens) || 0,
    cost: Number(info.total_cost ?? info.cost) || 0,
  };
}
