import { ContextPolicy } from '../bundle/schemas/scenario';
import { Quirks } from '../quirks/quirks';
import { LimitReached } from './errors';
import { ConversationMessage } from './messages';

const TOKENS_PER_WORD = 1.35;

/** Rough number of tokens: words, counted by blanks. */
export function estimateTokens(text: string): number {
  const words = text.split(/\s+/).filter(Boolean).length;
  return Math.trunc(words * TOKENS_PER_WORD);
}

/**
 * Cuts a conversation to the budget of its scenario.
 *
 * @throws LimitReached in strict runs, when the strategy is `fail` or the current message does not fit.
 */
export function fitContext(options: {
  policy: ContextPolicy;
  system: string;
  messages: readonly ConversationMessage[];
  quirks: Pick<Quirks, 'trimmedForGood'>;
}): ConversationMessage[] {
  const { policy, system, messages } = options;
  const { trimmedForGood } = options.quirks;
  const budget = policy.token_budget ?? 0;
  if (budget === 0) return [...messages];
  const systemTokens = estimateTokens(system);
  const available = budget - (policy.reserve_for_output ?? 0) - systemTokens;
  const sizes = messages.map(messageTokens);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // From the second turn on the original counts its stored system message once more.
  const counted =
    trimmedForGood && messages.length > 1 ? total + systemTokens : total;
  if (counted <= available) return [...messages];
  if (policy.strategy === 'fail') {
    if (trimmedForGood) return [];
    throw new LimitReached(
      `token budget exceeded: have ${total}, budget ${available}`,
    );
  }
  let left = available;
  let first = messages.length;
  while (first > 0 && sizes[first - 1] <= left) {
    first--;
    left -= sizes[first];
  }
  if (!trimmedForGood) {
    if (first === messages.length) {
      throw new LimitReached(
        `the message does not fit: it has ${
          sizes[sizes.length - 1]
        } tokens, the budget leaves ${available}`,
      );
    }
    // A tool result without its call is refused by providers.
    while (messages[first].role === 'tool') first++;
  }
  return messages.slice(first);
}

function messageTokens(message: ConversationMessage): number {
  const calls = (message.toolCalls ?? []).reduce(
    (sum, call) => sum + estimateTokens(JSON.stringify(call.arguments)),
    0,
  );
  return estimateTokens(message.content) + calls;
}
