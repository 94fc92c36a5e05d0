import {
  ConversationMessage,
  MediaPart,
  MessagePart,
} from '../../../conversation/messages';
import { parseJson } from '../../http/parseJson';
import { isObject, Json } from '../../http/read';
import { carriedState } from '../carriedState';

interface Content {
  role: 'user' | 'model';
  parts: Json[];
}

/** The contents of a request. Results of tools belong to the user, and all of one reply into one content. */
export function toContents(
  messages: readonly ConversationMessage[],
): Content[] {
  const contents: Content[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = toParts(message);
    if (parts.length === 0) continue;
    const last = contents[contents.length - 1];
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  return contents;
}

function toParts(message: ConversationMessage): Json[] {
  const { role, content, parts, toolCalls, toolResult } = message;
  if (role === 'tool') {
    const media =
      toolResult?.parts?.filter(({ type }) => type !== 'text') ?? [];
    return [
      {
        functionResponse: {
          name: toolResult?.name,
          response: responseOf(content, toolResult?.error),
        },
      },
      ...media.map(toPart),
    ];
  }
  if (role === 'user') return parts?.map(toPart) ?? textParts(content);
  return [
    ...textParts(content),
    ...(toolCalls ?? []).map(call => {
      const signature = carriedState(call);
      return {
        functionCall: { name: call.name, args: call.arguments },
        ...(typeof signature === 'string'
          ? { thoughtSignature: signature }
          : {}),
      };
    }),
  ];
}

/** The vendor wants an object. */
function responseOf(content: string, error: string | undefined): Json {
  if (error !== undefined) return { error: content };
  const parsed = parseJson(content);
  return isObject(parsed) ? parsed : { result: content };
}

function textParts(text: string): Json[] {
  return text === '' ? [] : [{ text }];
}

function toPart(part: MessagePart): Json {
  return part.type === 'text' ? { text: part.text } : toMedia(part);
}

function toMedia({ data, url, mimeType }: MediaPart): Json {
  return data === undefined
    ? { fileData: { fileUri: url, ...(mimeType ? { mimeType } : {}) } }
    : { inlineData: { mimeType, data } };
}
