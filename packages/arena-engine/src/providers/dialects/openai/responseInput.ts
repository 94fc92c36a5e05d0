import {
  ConversationMessage,
  MessagePart,
} from '../../../conversation/messages';
import { Json } from '../../http/read';
import { cannotSend, hasMedia, mediaUrl } from '../media';

/** The input items of a response. */
export function toResponseInput(
  messages: readonly ConversationMessage[],
): Json[] {
  return messages.flatMap(toItems);
}

function toItems(message: ConversationMessage): Json[] {
  const { role, content, toolCalls, toolResult } = message;
  if (role === 'tool') {
    const media =
      toolResult?.parts?.filter(({ type }) => type !== 'text') ?? [];
    return [
      {
        type: 'function_call_output',
        call_id: toolResult?.id,
        output:
          media.length === 0
            ? content
            : [{ type: 'input_text', text: content }, ...media.map(toPart)],
      },
    ];
  }
  if (role === 'user') {
    return [
      {
        role,
        content: hasMedia(message) ? message.parts?.map(toPart) : content,
      },
    ];
  }
  return [
    ...(content ? [{ role, content }] : []),
    ...(toolCalls ?? []).map(call => ({
      type: 'function_call',
      call_id: call.id,
      name: call.name,
      arguments: JSON.stringify(call.arguments),
    })),
  ];
}

function toPart(part: MessagePart): Json {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return {
        type: 'input_image',
        image_url: mediaUrl(part),
        detail: part.detail ?? 'auto',
      };
    case 'document':
      return part.data === undefined
        ? { type: 'input_file', file_url: part.url }
        : {
            type: 'input_file',
            filename: 'document',
            file_data: mediaUrl(part),
          };
    default:
      throw cannotSend(part.type, 'The responses API of OpenAI');
  }
}
