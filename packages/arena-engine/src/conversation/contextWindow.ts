import { ContextPolicy } from '../bundle/schemas/scenario';
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
 * @param compat - true: whatever does not fit is dropped for good, the current message included, and nothing ever fails;
 * false: `fail` and an input that does not fit are errors, and only what is sent gets shorter
 */
export function fitContext(options: {
  policy: ContextPolicy;
  system: string;
  messages: readonly ConversationMessage[];
  compat: boolean;
}): ConversationMessage[] {
  const { policy, system, messages, compat } = options;
  const budget = policy.token_budget ?? 0;
  if (budget === 0) return [...messages];
  const systemTokens = estimateTokens(system);
  const available = budget - (policy.reserve_for_output ?? 0) - systemTokens;
  const sizes = messages.map(messageTokens);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  // From the second turn on the original counts its stored system message once more.
  const counted = compat && messages.length > 1 ? total + systemTokens : total;
  if (counted <= available) return [...messages];
  if (policy.strategy === 'fail') {
    if (compat) return [];
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
  if (!compat) {
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
