import { ContextPolicy } from '../bundle/schemas/scenario';
import { Quirks } from '../quirks/quirks';
import { LimitReached } from '../conversation/errors';
import { ConversationMessage } from '../conversation/messages';

const TOKENS_PER_WORD = 1.35;

/** Rough number of tokens: words, counted by blanks. */
export function estimateTokens(text: string): number {
  const words = text.split(/\s+/).filter(Boolean).length;
  return Math.trunc(words * TOKENS_PER_WORD);
}

/** The same for a message with its tool calls. */
export function messageTokens(message: ConversationMessage): number {
  const calls = (message.toolCalls ?? []).reduce(
    (sum, call) => sum + estimateTokens(JSON.stringify(call.arguments)),
    0,
  );
  return estimateTokens(message.content) + calls;
}

/** What a request may hold of a conversation. */
export interface ContextFit {
  /** Tokens that are left for messages. */
  available: number;
  /** Tokens of each message. */
  sizes: number[];
  total: number;
}

/** @returns Undefined when everything fits. */
export function measureContext(options: {
  policy: ContextPolicy;
  system: string;
  messages: readonly ConversationMessage[];
  quirks: Pick<Quirks, 'trimmedForGood'>;
}): ContextFit | undefined {
  const { policy, system, messages, quirks } = options;
  const budget = policy.token_budget ?? 0;
  if (budget === 0) return undefined;
  const systemTokens = estimateTokens(system);
  const available = budget - (policy.reserve_for_output ?? 0) - systemTokens;
  const sizes = messages.map(messageTokens);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // From the second turn on the original counts its stored system message once more.
  const counted =
    quirks.trimmedForGood && messages.length > 1 ? total + systemTokens : total;
  return counted <= available ? undefined : { available, sizes, total };
}

/**
 * How many of the newest messages fit, as the index of the first of them; the number of messages when none does.
 */
export function firstThatFits(sizes: readonly number[], room: number): number {
  let left = room;
  let first = sizes.length;
  while (first > 0 && sizes[first - 1] <= left) {
    first -= 1;
    left -= sizes[first];
  }
  return first;
}

/**
 * Leaves out the oldest messages, or all of them where the strategy is `fail`.
 *
 * @throws LimitReached in strict runs, when the strategy is `fail` or the current message does not fit.
 */
export function dropOldest(
  messages: readonly ConversationMessage[],
  { available, sizes, total }: ContextFit,
  options: {
    policy: ContextPolicy;
    quirks: Pick<Quirks, 'trimmedForGood'>;
  },
): ConversationMessage[] {
  const { trimmedForGood } = options.quirks;
  if (options.policy.strategy === 'fail') {
    if (trimmedForGood) return [];
    throw new LimitReached(
      `token budget exceeded: have ${total}, budget ${available}`,
    );
  }
  let first = firstThatFits(sizes, available);
  if (!trimmedForGood) {
    if (first === messages.length) throw tooLarge(sizes, available);
    first = afterResults(messages, first);
  }
  return messages.slice(first);
}

/** A tool result without its call is refused by providers. */
export function afterResults(
  messages: readonly ConversationMessage[],
  first: number,
): number {
  let start = first;
  while (messages[start]?.role === 'tool') start += 1;
  return start;
}

export function tooLarge(
  sizes: readonly number[],
  available: number,
): LimitReached {
  return new LimitReached(
    `the message does not fit: it has ${
      sizes[sizes.length - 1]
    } tokens, the budget leaves ${available}`,
  );
}
