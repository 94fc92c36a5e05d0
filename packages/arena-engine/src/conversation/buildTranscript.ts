import {
  CheckResult,
  ItemError,
  PlanCell,
  Transcript,
  TranscriptMedia,
  TranscriptMessage,
} from '@backstage-arena/plugin-arena-common';
import { truncateBytes } from '../text/goText';
import { ItemConversation } from './ItemConversation';
import { ConversationMessage, MessagePart } from './messages';

const REDACTED = '[redacted]';
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
 * @param secrets - texts that must not appear
 */
export function buildTranscript(
  parts: TranscriptParts,
  options: { maxBytes: number; secrets: readonly string[] },
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
  return redact(write(transcript, options.maxBytes), options.secrets);
}

/** The numbers of an item do not depend on whether its transcript can be written. */
function write(transcript: Transcript, maxBytes: number): string {
  try {
    return fit(transcript, maxBytes);
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
function fit(transcript: Transcript, maxBytes: number): string {
  let text = JSON.stringify(transcript);
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const cut: Transcript = { ...transcript, truncated: true };
  for (
    let limit = Math.floor(maxBytes / 4);
    limit >= 16;
    limit = Math.floor(limit / 2)
  ) {
    cut.messages = transcript.messages.map(message => shorten(message, limit));
    text = JSON.stringify(cut);
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  // So many messages that even their shells are too much: the first ones say most.
  let kept = cut.messages;
  while (kept.length > 1) {
    kept = kept.slice(0, Math.ceil(kept.length / 2));
    text = JSON.stringify({ ...cut, messages: kept });
    if (Buffer.byteLength(text) <= maxBytes) return text;
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

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((result, secret) => {
    // As it stands in the text, where quotes and backslashes are escaped.
    const escaped = JSON.stringify(secret).slice(1, -1);
    return result.replaceAll(escaped, REDACTED);
  }, text);
}
