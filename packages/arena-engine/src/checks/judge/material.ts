import {
  ConversationMessage,
  ToolCallRecord,
} from '../../conversation/messages';
import { CheckInput } from '../Check';

/** What user and assistant said, one paragraph each. Tool results are left out. */
export function dialogue(messages: readonly ConversationMessage[]): string {
  return messages
    .filter(({ role, content }) => role !== 'tool' && content.trim() !== '')
    .map(
      ({ role, content }) =>
        `${role === 'user' ? 'User' : 'Assistant'}: ${content}`,
    )
    .join('\n\n');
}

/** Tool calls with arguments and results, numbered. */
export function toolCallList(calls: readonly ToolCallRecord[]): string {
  return calls
    .map((call, index) => {
      const end =
        call.error === undefined
          ? `result: ${call.result}`
          : `failed: ${call.error}`;
      return `${index + 1}. ${call.name}(${JSON.stringify(
        call.arguments,
      )}) ${end}`;
    })
    .join('\n');
}

export function lastUserText({
  messages,
}: Pick<CheckInput, 'messages'>): string {
  for (let i = messages.length - 1; i >= 0; i--) {
    if (messages[i].role === 'user') return messages[i].content;
  }
  return '';
}

/** Texts with their numbers. */
export function numbered(texts: readonly string[]): string {
  return texts.map((text, index) => `[${index + 1}] ${text}`).join('\n');
}
