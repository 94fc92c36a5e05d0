import { asMap } from '../../checks/CheckParams';
import {
  ConversationMessage,
  Firing,
  MediaPart,
  MessagePart,
  ToolCall,
  ToolResultInfo,
} from '../../conversation/messages';
import { isTextTooDeep, MAX_DEPTH } from '../../text/jsonDepth';
import { Quirks } from '../../quirks/quirks';

/** A message as it was saved; `system` ones are not part of a conversation. */
export type SavedMessage =
  | { role: 'system'; content: string }
  | Omit<ConversationMessage, 'turn'>;

const ROLES = ['system', 'user', 'assistant', 'tool'] as const;

const MEDIA_TYPES = ['image', 'audio', 'video', 'document'] as const;

/** What others call the roles. */
const OTHER_ROLES: Readonly<Record<string, SavedMessage['role']>> = {
  model: 'assistant',
  ai: 'assistant',
  human: 'user',
  developer: 'system',
  function: 'tool',
};

/**
 * Reads a message in any of the shapes that runs, chat APIs and transcripts write.
 *
 * @returns Nothing when it is no message and such are overlooked.
 * @throws Error saying what cannot be read: the words that follow "message 3".
 */
export function readMessage(value: unknown, quirks: Quirks): SavedMessage[] {
  const raw = asMap(value);
  const role = readRole(raw?.role, quirks);
  if (!raw || !role) {
    if (quirks.unreadableMessagesDropped) return [];
    throw new Error(describeRole(raw));
  }
  const parts = readParts(raw.parts ?? raw.content);
  const content = text(raw.content) || textOf(parts);
  if (role === 'system') return [{ role, content }];
  const hasMedia = parts.some(({ type }) => type !== 'text');
  const toolCalls = readCalls(raw.tool_calls ?? raw.toolCalls);
  const toolResult = role === 'tool' ? readResult(raw) : undefined;
  const firings = readFirings(raw.validations);
  const state = readState(raw.meta);
  const isSilent = toolCalls.length > 0 || toolResult !== undefined;
  if (!isSilent && !quirks.unreadableMessagesDropped) {
    refuseUnreadable(raw.parts ?? raw.content, parts);
  }
  return [
    {
      role,
      content: content || textOf(toolResult?.parts ?? []),
      ...(hasMedia ? { parts } : {}),
      ...(toolCalls.length > 0 ? { toolCalls } : {}),
      ...(toolResult ? { toolResult } : {}),
      ...(firings.length > 0 ? { firings } : {}),
      ...(state ? { state } : {}),
      ...readNumbers(raw),
    },
  ];
}

function readRole(
  value: unknown,
  quirks: Quirks,
): SavedMessage['role'] | undefined {
  const role = ROLES.find(name => name === value);
  if (role || quirks.unreadableMessagesDropped) return role;
  const name = text(value).toLowerCase();
  return (
    ROLES.find(known => known === name) ??
    (Object.hasOwn(OTHER_ROLES, name) ? OTHER_ROLES[name] : undefined)
  );
}

function describeRole(raw: Record<string, unknown> | undefined): string {
  if (!raw) return 'is no map';
  const known = [...ROLES, ...Object.keys(OTHER_ROLES)].join(', ');
  return raw.role === undefined
    ? `has no role (known are ${known})`
    : `has the unknown role ${JSON.stringify(raw.role)} (known are ${known})`;
}

/** Content that is there, and of which nothing could be read, would count as an empty text. */
function refuseUnreadable(value: unknown, parts: readonly MessagePart[]): void {
  if (value === undefined || value === null || typeof value === 'string') {
    return;
  }
  if (!Array.isArray(value)) {
    throw new Error('has content that is neither a text nor a list of parts');
  }
  if (value.length > 0 && parts.length === 0) {
    const types = value.map(entry => text(asMap(entry)?.type) || 'no type');
    throw new Error(
      `has content of which no part can be read (they are of ${types
        .slice(0, 5)
        .join(', ')})`,
    );
  }
}

function readParts(value: unknown): MessagePart[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry): MessagePart[] => {
    if (typeof entry === 'string') return [{ type: 'text', text: entry }];
    const part = asMap(entry);
    if (!part) return [];
    if (typeof part.text === 'string') {
      return [{ type: 'text', text: part.text }];
    }
    const type = MEDIA_TYPES.find(
      name => part.type === name || part.type === `${name}_url`,
    );
    return type ? [readMedia(type, part)] : [];
  });
}

function readMedia(
  type: MediaPart['type'],
  part: Record<string, unknown>,
): MediaPart {
  const media = asMap(part.media) ?? asMap(part[`${type}_url`]) ?? {};
  const mimeType = text(media.mime_type);
  const data = text(media.data);
  return {
    type,
    mimeType,
    ...(data
      ? { data }
      : {
          url:
            text(media.url) ||
            text(media.file_path) ||
            text(media.storage_reference),
        }),
  };
}

function readCalls(value: unknown): ToolCall[] {
  return list(value).flatMap(entry => {
    const call = asMap(entry);
    const named = asMap(call?.function) ?? call;
    const name = text(named?.name);
    if (!call || !named || name === '') return [];
    return [
      {
        id: text(call.id),
        name,
        arguments: readArguments(named.arguments ?? named.args),
      },
    ];
  });
}

function readArguments(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string') return asMap(value) ?? {};
  if (isTextTooDeep(value)) {
    throw new Error(
      `has arguments of a tool that are nested more than ${MAX_DEPTH} levels deep`,
    );
  }
  try {
    return asMap(JSON.parse(value)) ?? {};
  } catch {
    // A model that wrote no JSON called the tool without arguments.
    return {};
  }
}

function readResult(raw: Record<string, unknown>): ToolResultInfo {
  const result = asMap(raw.tool_result) ?? asMap(raw.toolResult) ?? {};
  const error = text(result.error);
  const errorType = result.error_type ?? result.errorType;
  const parts = readParts(result.parts);
  return {
    id: text(result.id) || text(raw.tool_call_id),
    name: text(result.name) || text(raw.name),
    ...(error ? { error } : {}),
    ...(errorType === 'validation' ||
    errorType === 'approval' ||
    errorType === 'execution'
      ? { errorType }
      : {}),
    ...(parts.length > 0 ? { parts } : {}),
  };
}

function readFirings(value: unknown): Firing[] {
  return list(value).flatMap(entry => {
    const firing = asMap(entry);
    if (firing?.passed !== false) return [];
    const score = firing.score;
    return [
      {
        type: text(firing.validator_type) || text(firing.type),
        direction: firing.direction === 'input' ? 'input' : 'output',
        message: text(firing.message),
        ...(typeof score === 'number' ? { score } : {}),
      },
    ];
  });
}

function readState(meta: unknown): ConversationMessage['state'] {
  const state = asMap(asMap(meta)?.current_workflow_state);
  return typeof state?.current_state === 'string'
    ? { state: state.current_state, terminal: state.terminal === true }
    : undefined;
}

function readNumbers(
  raw: Record<string, unknown>,
): Partial<ConversationMessage> {
  const cost = asMap(raw.cost_info) ?? {};
  const numbers = {
    latencyMs: raw.latency_ms ?? raw.latencyMs,
    ttftMs: raw.ttftMs,
    inputTokens: cost.input_tokens ?? raw.inputTokens,
    outputTokens: cost.output_tokens ?? raw.outputTokens,
    cachedTokens: cost.cached_tokens ?? raw.cachedTokens,
    cost: cost.total_cost_usd ?? raw.cost,
  };
  const finishReason = text(raw.finish_reason ?? raw.finishReason);
  return {
    ...Object.fromEntries(
      Object.entries(numbers).filter(
        ([, value]) => typeof value === 'number' && Number.isFinite(value),
      ),
    ),
    ...(finishReason ? { finishReason } : {}),
  };
}

function textOf(parts: readonly MessagePart[]): string {
  return parts.map(part => (part.type === 'text' ? part.text : '')).join('');
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
