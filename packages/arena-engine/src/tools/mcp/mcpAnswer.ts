import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { MediaPart, MessagePart } from '../../conversation/messages';
import { MAX_MEDIA_BYTES } from '../../media/loadPart';
import { ToolAnswer, ToolError } from '../ToolHandler';
import { isTooDeep, MAX_DEPTH } from '../../text/jsonDepth';

type Content = CallToolResult['content'][number];

/** @throws ToolError when the server says that the call failed. */
export function mcpAnswer(result: CallToolResult): ToolAnswer {
  const parts = result.content.map(messagePart);
  const texts = parts.flatMap(part =>
    part.type === 'text' ? [part.text] : [],
  );
  const text = texts.join('\n');
  if (result.isError) throw new ToolError(text || 'the tool reports an error');
  if (texts.length < parts.length) {
    return { value: text || parts.map(describe).join('\n'), parts };
  }
  const { structuredContent } = result;
  if (texts.length > 0 || structuredContent === undefined) {
    return { value: text };
  }
  if (isTooDeep(structuredContent)) {
    throw new ToolError(
      `the result is nested more than ${MAX_DEPTH} levels deep`,
    );
  }
  return { value: structuredContent };
}

function messagePart(content: Content): MessagePart {
  switch (content.type) {
    case 'text':
      return { type: 'text', text: content.text };
    case 'image':
    case 'audio':
      return media(content.type, content.mimeType, content.data);
    case 'resource_link':
      return { type: 'text', text: `${content.name}: ${content.uri}` };
    default: {
      const { resource } = content;
      if ('text' in resource) return { type: 'text', text: resource.text };
      const mimeType = resource.mimeType ?? '';
      const [, type] = /^(image|audio|video)\//.exec(mimeType) ?? [];
      return media(kindOf(type), mimeType, resource.blob);
    }
  }
}

function kindOf(type: string | undefined): MediaPart['type'] {
  return type === 'image' || type === 'audio' || type === 'video'
    ? type
    : 'document';
}

function media(
  type: MediaPart['type'],
  mimeType: string,
  data: string,
): MediaPart {
  const bytes = Math.floor((data.length * 3) / 4);
  if (bytes > MAX_MEDIA_BYTES) {
    throw new ToolError(
      `the result has ${bytes} bytes of media: allowed are at most ${MAX_MEDIA_BYTES}`,
    );
  }
  return { type, mimeType, data };
}

function describe(part: MessagePart): string {
  return part.type === 'text' ? part.text : `[${part.type} ${part.mimeType}]`;
}
