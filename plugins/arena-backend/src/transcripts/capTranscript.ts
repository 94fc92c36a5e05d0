import {
  PlanCell,
  Transcript,
  TranscriptMessage,
} from '@backstage-arena/plugin-arena-common';

const CUT = '\n[cut]';
// Room for everything of a message but its text.
const MESSAGE_OVERHEAD = 200;

/**
 * Cuts a transcript that is longer than allowed: messages as far as there is room for them, from the first one on.
 *
 * The worker does the same before it reports. This is for one that does not.
 */
export function capTranscript(
  json: string,
  maxBytes: number,
  cell: PlanCell,
): string {
  if (Buffer.byteLength(json) <= maxBytes) return json;
  const original = parse(json);
  const result: Transcript = {
    version: 1,
    scenario: cell.scenario.id,
    provider: cell.provider.id,
    region: cell.region,
    variant: cell.variant,
    trial: cell.trial,
    messages: [],
    checks: [],
    truncated: true,
  };
  let room =
    maxBytes - Buffer.byteLength(JSON.stringify(result)) - MESSAGE_OVERHEAD;
  for (const message of original?.messages ?? []) {
    const whole = Buffer.byteLength(JSON.stringify(message));
    if (whole <= room) {
      result.messages.push(message);
      room -= whole + 1;
      continue;
    }
    if (room > MESSAGE_OVERHEAD) {
      result.messages.push({
        role: message.role,
        turn: message.turn,
        content: cutText(message.content, room - MESSAGE_OVERHEAD),
      });
    }
    break;
  }
  return JSON.stringify(result);
}

function parse(json: string): { messages: TranscriptMessage[] } | undefined {
  try {
    const value = JSON.parse(json);
    return Array.isArray(value?.messages) &&
      value.messages.every(
        (message: unknown) =>
          typeof (message as TranscriptMessage | null)?.content === 'string',
      )
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}

/** The beginning of a text that needs at most so many bytes as JSON. */
function cutText(text: string, maxBytes: number): string {
  let length = Math.min(text.length, maxBytes);
  while (
    length > 0 &&
    Buffer.byteLength(JSON.stringify(text.slice(0, length) + CUT)) > maxBytes
  ) {
    length = Math.floor(length * 0.8);
  }
  return text.slice(0, length) + CUT;
}
