import { estimateTokens } from './measureContext';
import { ConversationMessage } from '../conversation/messages';

export const SUMMARY_INSTRUCTIONS = [
  'Summarise the conversation below for an assistant that has to go on with it and will not see it.',
  'Keep names, numbers, decisions, open questions and results of tools. Write only the summary.',
].join(' ');

const HEADER = 'Summary of the conversation so far: ';

/** The part of a conversation that is to be summarised, as a text. */
export function summaryInput(
  earlier: string | undefined,
  messages: readonly ConversationMessage[],
): string {
  return [
    ...(earlier ? [`${HEADER}${earlier}`] : []),
    ...messages.map(({ role, content, toolCalls }) =>
      [
        `${role}: ${content}`,
        ...(toolCalls ?? []).map(
          call => `calls ${call.name} ${JSON.stringify(call.arguments)}`,
        ),
      ].join('\n'),
    ),
  ].join('\n\n');
}

/** Stands for what was summarised, in no more tokens than there is room for. */
export function summaryMessage(
  summary: string,
  room: number,
): ConversationMessage {
  const words = `${HEADER}${summary}`.split(/\s+/);
  while (words.length > 1 && estimateTokens(words.join(' ')) > room) {
    words.splice(Math.ceil(words.length * 0.9) - 1);
  }
  const text = `${HEADER}${summary}`;
  return {
    role: 'user',
    content: estimateTokens(text) > room ? words.join(' ') : text,
    turn: 0,
  };
}
