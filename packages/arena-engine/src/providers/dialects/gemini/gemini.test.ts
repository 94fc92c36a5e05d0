import { bodyOf, richRequest } from '../../__testUtils__/conversation';
import { chatRequest } from '../../__testUtils__/openProvider';
import { ChatRequest } from '../../ChatProvider';
import { GeminiDialect } from './GeminiDialect';

const dialect = new GeminiDialect({
  model: 'gemini',
  unsupportedParams: ['seed'],
  extraBody: {},
  path: '/models/gemini',
});

function encode(request: ChatRequest) {
  return bodyOf(dialect.encode(request).body);
}

function answer(parts: object[], finishReason = 'STOP') {
  return { candidates: [{ content: { parts }, finishReason }] };
}

const IMAGE = { inlineData: { mimeType: 'image/png', data: 'UE5H' } };

describe('GeminiDialect', () => {
  it('writes a whole conversation', () => {
    expect(encode(richRequest())).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { temperature: 0.5, maxOutputTokens: 100 },
      contents: [
        { role: 'user', parts: [{ text: 'What is it?' }, IMAGE] },
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'look', args: { a: 1 } } },
            { functionCall: { name: 'ask', args: {} } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'look', response: { seen: true } } },
            IMAGE,
            {
              functionResponse: {
                name: 'ask',
                response: { error: 'Error: nobody' },
              },
            },
          ],
        },
        { role: 'model', parts: [{ text: 'A cat.' }] },
        { role: 'user', parts: [{ text: 'Sure?' }] },
      ],
      tools: [
        {
          functionDeclarations: [
            {
              name: 'look',
              description: 'Looks',
              parametersJsonSchema: { type: 'object' },
            },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    });
  });

  it('asks for JSON, with a schema when there is one', () => {
    const { generationConfig } = encode(
      chatRequest({
        sampling: {},
        responseFormat: { type: 'json_schema', name: 'n', schema: { a: 1 } },
      }),
    );
    expect(generationConfig).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { a: 1 },
    });
  });

  it('gives each call an id of its own, and its signature back', () => {
    const part = {
      functionCall: { name: 'look', args: { a: 1 } },
      thoughtSignature: 'sig',
    };
    const reply = dialect.readAnswer(
      answer([{ text: 'Hm.', thought: true }, part, part]),
    );
    expect(reply?.reasoning).toBe('Hm.');
    expect(reply?.content).toBe('');
    const ids = reply?.toolCalls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    const { contents } = encode(
      chatRequest({
        messages: [
          { role: 'user', content: 'Look', turn: 0 },
          {
            role: 'assistant',
            content: '',
            toolCalls: reply?.toolCalls,
            turn: 0,
          },
        ],
      }),
    );
    expect(contents).toContainEqual({ role: 'model', parts: [part, part] });
  });

  it('says that a prompt was refused', () => {
    expect(() =>
      dialect.readAnswer({ promptFeedback: { blockReason: 'SAFETY' } }),
    ).toThrow('refused the prompt: SAFETY');
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['LANGUAGE', 'other'],
  ])('reads the finish reason %s as %s', (reason, expected) => {
    expect(
      dialect.readAnswer(answer([{ text: 'x' }], reason))?.finishReason,
    ).toBe(expected);
  });

  it('counts thoughts as output', () => {
    const usageMetadata = {
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 3,
      thoughtsTokenCount: 7,
    };
    expect(dialect.readAnswer({ ...answer([]), usageMetadata })?.usage).toEqual(
      { inputTokens: 10, cachedTokens: 4, outputTokens: 10 },
    );
  });
});
