import { ConversationMessage } from '../../conversation/messages';
import { ChatRequest } from '../ChatProvider';
import { chatRequest } from './openProvider';

const PNG = { type: 'image', mimeType: 'image/png', data: 'UE5H' } as const;

/** A conversation with everything in it: an image, two calls at once, a result with an image, and a failed one. */
export function richRequest(values: Partial<ChatRequest> = {}): ChatRequest {
  const messages: ConversationMessage[] = [
    {
      role: 'user',
      content: 'What is it?',
      parts: [{ type: 'text', text: 'What is it?' }, PNG],
      turn: 0,
    },
    {
      role: 'assistant',
      content: '',
      toolCalls: [
        { id: 'c1', name: 'look', arguments: { a: 1 } },
        { id: 'c2', name: 'ask', arguments: {} },
      ],
      turn: 0,
    },
    {
      role: 'tool',
      content: '{"seen":true}',
      toolResult: { id: 'c1', name: 'look', parts: [PNG] },
      turn: 0,
    },
    {
      role: 'tool',
      content: 'Error: nobody',
      toolResult: { id: 'c2', name: 'ask', error: 'nobody' },
      turn: 0,
    },
    { role: 'assistant', content: 'A cat.', turn: 0 },
    { role: 'user', content: 'Sure?', turn: 1 },
  ];
  return chatRequest({
    messages,
    tools: [
      { name: 'look', description: 'Looks', inputSchema: { type: 'object' } },
    ],
    toolChoice: 'required',
    ...values,
  });
}

export function bodyOf(body: string): Record<string, unknown> {
  return JSON.parse(body);
}
