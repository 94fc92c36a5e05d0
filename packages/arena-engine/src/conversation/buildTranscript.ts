import {
  CheckResult,
  ItemError,
  PlanCell,
  Transcript,
  TranscriptMedia,
  TranscriptMessage,
} from '@backstage-arena/plugin-arena-common';
import { SecretReader } from '../providers/SecretReader';
import { truncateBytes } from '../text/goText';
import { ItemConversation } from './ItemConversation';
import { ConversationMessage, MessagePart } from './messages';

const CUT = '\n[cut]';

/** What a transcript is made of. */
export interface TranscriptParts {
  cell: PlanCell;
  conversation: ItemConversation;
  checks: CheckResult[];
  error?: ItemError;
}

/**
 * Writes the transcript of an item as JSON, without secrets and within its limit.
 *
 * @param secrets - must not appear; they go first, since the limit could cut one in two
 */
export function buildTranscript(
  parts: TranscriptParts,
  options: { maxBytes: number; secrets: SecretReader },
): string {
  const { cell, conversation, checks, error } = parts;
  const transcript: Transcript = {
    version: 1,
    scenario: cell.scenario.id,
    provider: cell.provider.id,
    region: cell.region,
    variant: cell.variant,
    trial: cell.trial,
    messages: [
      { role: 'system', content: conversation.system },
      ...conversation.messages.map(toTranscriptMessage),
    ],
    checks,
    ...(conversation.observations.length > 0
      ? { evals: [...conversation.observations] }
      : {}),
    ...(error ? { error } : {}),
  };
  for (const { message, results } of conversation.verdicts) {
    // Turns may end on one message, as without a reply, and on one that was dropped since.
    const { length } = transcript.messages;
    const target = transcript.messages[Math.min(message + 1, length - 1)];
    target.checks = [...(target.checks ?? []), ...results];
  }
  return write(transcript, options);
}

/** The numbers of an item do not depend on whether its transcript can be written. */
function write(
  transcript: Transcript,
  { maxBytes, secrets }: { maxBytes: number; secrets: SecretReader },
): string {
  try {
    const text = JSON.stringify(transcript);
    return secrets.isIn(text)
      ? fit(withoutSecrets(transcript, secrets), maxBytes)
      : fit(transcript, maxBytes, text);
  } catch (error) {
    // Values that are nested too deeply, or more text than a string can hold.
    const reason = error instanceof Error ? error.message : String(error);
    return JSON.stringify({
      ...transcript,
      messages: [],
      checks: [],
      evals: undefined,
      truncated: true,
      error: transcript.error ?? {
        class: 'engine',
        message: `The transcript cannot be written: ${reason}`,
        retryable: false,
      },
    } satisfies Transcript);
  }
}

/** What is undefined is not written. */
function toTranscriptMessage(message: ConversationMessage): TranscriptMessage {
  const { toolResult, firings, toolCalls, selfPlay } = message;
  const parts = toolResult?.parts ?? message.parts;
  const hasNumbers = message.role === 'assistant' || selfPlay;
  const numbers: Partial<ConversationMessage> = hasNumbers ? message : {};
  return {
    role: message.role,
    content: message.content,
    toolCalls: toolCalls?.length ? toolCalls : undefined,
    toolResult: toolResult && {
      id: toolResult.id,
      name: toolResult.name,
      error: toolResult.error,
    },
    turn: message.turn,
    media: parts && mediaOf(parts),
    reasoning: message.reasoning || undefined,
    state: message.state?.state,
    selfPlay,
    latencyMs: numbers.latencyMs,
    ttftMs: numbers.ttftMs,
    inputTokens: numbers.inputTokens,
    outputTokens: numbers.outputTokens,
    cost: numbers.cost,
    finishReason: numbers.finishReason,
    validations: firings?.length
      ? firings.map(({ type, direction, message: text }) => ({
          type,
          passed: false,
          direction,
          message: text,
        }))
      : undefined,
  };
}

/** The content stays out: transcripts are read by people, and have a limit. */
function mediaOf(parts: readonly MessagePart[]): TranscriptMedia[] | undefined {
  const media = parts.flatMap(part =>
    part.type === 'text'
      ? []
      : [
          {
            type: part.type,
            mimeType: part.mimeType,
            ...(part.data === undefined
              ? { url: part.url }
              : { bytes: Math.floor((part.data.length * 3) / 4) }),
          },
        ],
  );
  return media.length > 0 ? media : undefined;
}

/** Cuts long texts, shorter and shorter, until the whole fits. */
function fit(
  transcript: Transcript,
  maxBytes: number,
  text = JSON.stringify(transcript),
): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const cut: Transcript = { ...transcript, truncated: true };
  for (
    let limit = Math.floor(maxBytes / 4);
    limit >= 16;
    limit = Math.floor(limit / 2)
  ) {
    cut.messages = transcript.messages.map(message => shorten(message, limit));
    const shorter = JSON.stringify(cut);
    if (Buffer.byteLength(shorter) <= maxBytes) return shorter;
  }
  // So many messages that even their shells are too much: the first ones say most.
  let kept = cut.messages;
  while (kept.length > 1) {
    kept = kept.slice(0, Math.ceil(kept.length / 2));
    const shorter = JSON.stringify({ ...cut, messages: kept });
    if (Buffer.byteLength(shorter) <= maxBytes) return shorter;
    if (kept.length === 1) break;
  }
  return JSON.stringify({
    ...cut,
    messages: [],
    checks: [],
    evals: undefined,
  });
}

function shorten(message: TranscriptMessage, limit: number): TranscriptMessage {
  const short: TranscriptMessage = { ...message };
  if (Buffer.byteLength(message.content) > limit) {
    short.content = truncateBytes(message.content, limit) + CUT;
  }
  if (message.reasoning && Buffer.byteLength(message.reasoning) > limit) {
    short.reasoning = truncateBytes(message.reasoning, limit) + CUT;
  }
  short.toolCalls = message.toolCalls?.map(call =>
    Buffer.byteLength(JSON.stringify(call.arguments)) > limit
      ? { ...call, arguments: {} }
      : call,
  );
  short.checks = message.checks?.map(check => ({
    ...check,
    params: undefined,
    explanation: truncateBytes(check.explanation, limit),
  }));
  return short;
}

/** Names of the transcript's own fields stay, whatever a secret says; those of data do not. */
function withoutSecrets(
  transcript: Transcript,
  secrets: SecretReader,
): Transcript {
  return JSON.parse(
    JSON.stringify(transcript, (name, value: unknown) => {
      if (typeof value === 'string') return secrets.redact(value);
      return name === 'arguments' || name === 'params'
        ? withoutSecretNames(value, secrets)
        : value;
    }),
  );
}

function withoutSecretNames(value: unknown, secrets: SecretReader): unknown {
  if (Array.isArray(value)) {
    return value.map(entry => withoutSecretNames(entry, secrets));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      secrets.redact(name),
      withoutSecretNames(entry, secrets),
    ]),
  );
}
