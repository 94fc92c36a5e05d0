import {
  ConversationMessage,
  MediaPart,
  MessagePart,
} from '../../../conversation/messages';
import { ChatRequest } from '../../ChatProvider';
import { Json } from '../../http/read';
import { cannotSend, hasMedia, mediaUrl } from '../media';

/** The messages of a chat completion. */
export function toChatMessages(
  { messages }: ChatRequest,
  system: string,
): Json[] {
  const wire: Json[] = [];
  if (system !== '') wire.push({ role: 'system', content: system });
  // Results of tools are text; their media follow as if the user had sent them, after the last result.
  let media: MessagePart[] = [];
  for (const message of messages) {
    if (message.role !== 'tool' && media.length > 0) {
      wire.push({ role: 'user', content: media.map(toPart) });
      media = [];
    }
    wire.push(toMessage(message));
    media.push(...(message.toolResult?.parts ?? []).filter(isMedia));
  }
  if (media.length > 0) wire.push({ role: 'user', content: media.map(toPart) });
  return wire;
}

function toMessage(message: ConversationMessage): Json {
  const { role, content, toolCalls, toolResult } = message;
  if (role === 'tool') {
    return { role, tool_call_id: toolResult?.id, content };
  }
  if (role === 'assistant' && toolCalls?.length) {
    return {
      role,
      content: content || null,
      tool_calls: toolCalls.map(call => ({
        id: call.id,
        type: 'function',
        function: {
          name: call.name,
          arguments: JSON.stringify(call.arguments),
        },
      })),
    };
  }
  return role === 'user' && hasMedia(message)
    ? { role, content: message.parts?.map(toPart) }
    : { role, content };
}

function toPart(part: MessagePart): Json {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: {
          url: mediaUrl(part),
          ...(part.detail ? { detail: part.detail } : {}),
        },
      };
    case 'audio':
      if (part.data === undefined) throw cannotSend('audio by URL', 'OpenAI');
      return {
        type: 'input_audio',
        input_audio: { data: part.data, format: audioFormat(part) },
      };
    case 'document':
      return {
        type: 'file',
        file: { filename: 'document', file_data: mediaUrl(part) },
      };
    default:
      throw cannotSend(part.type, 'OpenAI');
  }
}

function audioFormat({ mimeType }: MediaPart): string {
  return /mpeg|mp3/.test(mimeType)
    ? 'mp3'
    : mimeType.replace(/^audio\/(x-)?/, '') || 'wav';
}

function isMedia({ type }: MessagePart): boolean {
  return type !== 'text';
}
