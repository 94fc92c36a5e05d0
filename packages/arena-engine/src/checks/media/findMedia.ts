import { MediaPart } from '../../conversation/messages';
import { CheckInput, CheckOutcome, verdict } from '../Check';

/**
 * Media of a kind that a check looks at: those of the last reply that has any; when no reply has, those of the last message that
 * does, such as what the user sent.
 */
export function findMedia(
  { messages }: Pick<CheckInput, 'messages'>,
  type: MediaPart['type'],
): MediaPart[] {
  const holders = messages.flatMap(({ role, parts, toolResult }) => {
    const media = [...(parts ?? []), ...(toolResult?.parts ?? [])].filter(
      (part): part is MediaPart => part.type === type,
    );
    return media.length > 0 ? [{ role, media }] : [];
  });
  const replies = holders.filter(({ role }) => role === 'assistant');
  const candidates = replies.length > 0 ? replies : holders;
  return candidates[candidates.length - 1]?.media ?? [];
}

/** Holds each of the media against a rule: what is wrong with it, or nothing. The score is the share of those that fit. */
export async function judgeMedia(
  media: readonly MediaPart[],
  type: MediaPart['type'],
  fault: (part: MediaPart) => Promise<string | undefined>,
): Promise<CheckOutcome> {
  if (media.length === 0) return verdict(false, `No message holds ${type}`);
  const faults = (await Promise.all(media.map(fault))).filter(
    (entry): entry is string => entry !== undefined,
  );
  return {
    score: (media.length - faults.length) / media.length,
    explanation:
      faults.length === 0
        ? `All ${type} fits (${media.length})`
        : faults.slice(0, 3).join('; '),
  };
}
