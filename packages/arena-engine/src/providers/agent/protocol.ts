import { z } from 'zod/v4';
import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { MessagePart } from '../../conversation/messages';

/** Largest message of the protocol, in bytes. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  media: z
    .looseObject({
      url: z.string().optional(),
      data: z.string().optional(),
      mime_type: z.string().optional(),
    })
    .optional(),
});

/** Some agents write an absent list as null. */
const parts = z.array(partSchema).nullish();

/** What an agent sends. Fields that jobs have no use for are left as they are. */
export const agentMessageSchema = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('connected'),
    session_id: z.string().min(1),
    connected: z
      .looseObject({
        resumed: z.boolean().optional(),
        capabilities: z
          .looseObject({ max_payload_size: z.number().optional() })
          .nullish(),
      })
      .nullish(),
  }),
  z.looseObject({
    type: z.literal('chunk'),
    content: z.string().optional(),
    parts,
  }),
  z.looseObject({
    type: z.literal('done'),
    content: z.string().optional(),
    parts,
  }),
  z.looseObject({
    type: z.literal('tool_call'),
    tool_call: z.looseObject({
      id: z.string().min(1),
      name: z.string().min(1),
      arguments: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.looseObject({
    type: z.literal('tool_result'),
    tool_result: z.looseObject({
      id: z.string(),
      result: z.unknown(),
      error: z.string().nullish(),
    }),
  }),
  z.looseObject({
    type: z.literal('error'),
    error: z.looseObject({ code: z.string(), message: z.string() }),
  }),
]);

export type AgentMessage = z.infer<typeof agentMessageSchema>;

/** Types of message that carry media or duplex audio, which a job's conversation has no part in. */
const IGNORED = new Set([
  'upload_ready',
  'upload_complete',
  'media_chunk',
  'interrupt',
  'session_config',
]);

/**
 * Reads one message.
 *
 * @returns undefined for a message that a conversation has no use for.
 * @throws Error saying what is wrong with it.
 */
export function readAgentMessage(text: string): AgentMessage | undefined {
  if (isTextTooDeep(text)) {
    throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`it is not JSON: ${excerpt(text)}`);
  }
  const type: unknown = Reflect.get(Object(json), 'type');
  if (typeof type === 'string' && IGNORED.has(type)) return undefined;
  const parsed = agentMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${issue.path.join('.') || 'message'}: ${issue.message}: ${excerpt(text)}`,
  );
}

/** The text and the media of a list of parts. */
export function readParts(list: z.infer<typeof parts>): MessagePart[] {
  return (list ?? []).flatMap((part): MessagePart[] => {
    if (part.type === 'text') {
      return part.text ? [{ type: 'text', text: part.text }] : [];
    }
    const { media } = part;
    if (!isMediaType(part.type) || !(media?.data || media?.url)) return [];
    return [
      {
        type: part.type,
        mimeType: media.mime_type ?? '',
        ...(media.data ? { data: media.data } : { url: media.url }),
      },
    ];
  });
}

/** Parts as the protocol writes them. */
export function writeParts(list: readonly MessagePart[]): object[] {
  return list.map(part =>
    part.type === 'text'
      ? part
      : {
          type: part.type,
          media: {
            mime_type: part.mimeType,
            ...(part.data ? { data: part.data } : { url: part.url }),
            ...(part.detail ? { detail: part.detail } : {}),
            ...(part.caption ? { caption: part.caption } : {}),
          },
        },
  );
}

function isMediaType(
  type: string,
): type is 'image' | 'audio' | 'video' | 'document' {
  return ['image', 'audio', 'video', 'document'].includes(type);
}

function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
