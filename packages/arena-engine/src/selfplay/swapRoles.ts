import { ConversationMessage } from '../conversation/messages';

/** Models expect that somebody speaks to them first. */
const OPENING: ConversationMessage = {
  role: 'user',
  content: 'Hello, how can I help you?',
  turn: 0,
};

/**
 * A conversation as the user sees it: what the assistant said comes from the other side. Tool calls and media are nothing that a
 * user sees.
 */
export function swapRoles(
  messages: readonly ConversationMessage[],
): ConversationMessage[] {
  return messages.flatMap(({ role, content, turn }): ConversationMessage[] => {
    if (role === 'tool' || content === '') return [];
    return [{ role: role === 'user' ? 'assistant' : 'user', content, turn }];
  });
}

/** The same, so that every model can answer to it. */
export function withOpening(
  messages: readonly ConversationMessage[],
): ConversationMessage[] {
  return messages[0]?.role === 'user' ? [...messages] : [OPENING, ...messages];
}
