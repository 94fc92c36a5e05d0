import {
  ConversationMessage,
  MediaPart,
  MessagePart,
} from '../../../conversation/messages';
import { isObject, Json } from '../../http/read';
import { carriedState } from '../carriedState';
import { cannotSend } from '../media';

/** The messages of a request. Results of tools belong to the user, and all of one reply into one message. */
export function toAnthropicMessages(
  messages: readonly ConversationMessage[],
): Array<{ role: string; content: Json[] }> {
  const wire: Array<{ role: string; content: Json[] }> = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = toBlocks(message);
    // Empty texts are refused.
    if (blocks.length === 0) continue;
    const last = wire[wire.length - 1];
    if (last?.role === role) last.content.push(...blocks);
    else wire.push({ role, content: blocks });
  }
  return wire;
}

function toBlocks(message: ConversationMessage): Json[] {
  const { role, content, parts, toolCalls, toolResult } = message;
  if (role === 'tool') {
    const media =
      toolResult?.parts?.filter(({ type }) => type !== 'text') ?? [];
    return [
      {
        type: 'tool_result',
        tool_use_id: toolResult?.id,
        content: [...textBlocks(content), ...media.flatMap(toPart)],
        ...(toolResult?.error === undefined ? {} : { is_error: true }),
      },
    ];
  }
  if (role === 'user') return parts?.flatMap(toPart) ?? textBlocks(content);
  const calls = toolCalls ?? [];
  return [
    ...calls.flatMap(thoughtsOf),
    ...textBlocks(content),
    ...calls.map(({ id, name, arguments: input }) => ({
      type: 'tool_use',
      id,
      name,
      input,
    })),
  ];
}

/** A model that thought before it called wants its thoughts back. */
function thoughtsOf(call: Parameters<typeof carriedState>[0]): Json[] {
  const state = carriedState(call);
  return Array.isArray(state) ? state.filter(isObject) : [];
}

function textBlocks(text: string): Json[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function toPart(part: MessagePart): Json[] {
  switch (part.type) {
    case 'text':
      return textBlocks(part.text);
    case 'image':
    case 'document':
      return [{ type: part.type, source: sourceOf(part) }];
    default:
      throw cannotSend(part.type, 'Anthropic');
  }
}

function sourceOf({ data, url, mimeType }: MediaPart): Json {
  if (data === undefined) return { type: 'url', url };
  return mimeType.startsWith('text/')
    ? {
        type: 'text',
        media_type: 'text/plain',
        data: Buffer.from(data, 'base64').toString('utf8'),
      }
    : { type: 'base64', media_type: mimeType, data };
}
