import { richRequest } from '../__testUtils__/conversation';
import { estimateInput, estimateOutput } from './estimateTokens';

describe('an estimate of tokens', () => {
  it('counts texts, tools and arguments of a request, but no media', () => {
    const request = richRequest();
    const heavy = request.messages.map(message =>
      message.parts
        ? {
            ...message,
            parts: [
              {
                type: 'image' as const,
                mimeType: 'image/png',
                data: 'A'.repeat(1_000_000),
              },
            ],
          }
        : message,
    );
    const tokens = estimateInput(request);
    expect(tokens).toBeGreaterThan(25);
    expect(tokens).toBeLessThan(60);
    expect(estimateInput({ ...request, messages: heavy })).toBe(tokens);
    expect(estimateInput({ ...request, tools: [] })).toBeLessThan(tokens);
  });

  it('counts texts, thoughts and arguments of a reply', () => {
    const call = { id: 'c', name: 'look', arguments: { at: 'x'.repeat(27) } };
    expect(estimateOutput({ content: 'x'.repeat(9) })).toBe(3);
    expect(
      estimateOutput({ content: '', reasoning: 'x'.repeat(8), toolCalls: [] }),
    ).toBe(2);
    expect(estimateOutput({ content: '', toolCalls: [call] })).toBe(10);
  });
});
