import { bodyOf, richRequest } from '../../__testUtils__/conversation';
import { chatRequest } from '../../__testUtils__/openProvider';
import { ChatRequest } from '../../ChatProvider';
import { DialectOptions } from '../requestBody';
import { OpenAiChatDialect } from './OpenAiChatDialect';
import { OpenAiResponsesDialect } from './OpenAiResponsesDialect';

const PNG_URL = 'data:image/png;base64,UE5H';

function chat(request: ChatRequest, options: Partial<DialectOptions> = {}) {
  const dialect = new OpenAiChatDialect({
    model: 'gpt-4o',
    unsupportedParams: [],
    extraBody: {},
    path: '/x',
    ...options,
  });
  return bodyOf(dialect.encode(request).body);
}

function responses(request: ChatRequest) {
  const dialect = new OpenAiResponsesDialect({
    model: 'gpt-5',
    unsupportedParams: ['temperature'],
    extraBody: { reasoning: { effort: 'low' } },
    path: '/x',
  });
  return bodyOf(dialect.encode(request).body);
}

describe('OpenAiChatDialect', () => {
  it('writes a whole conversation', () => {
    expect(chat(richRequest())).toEqual({
      model: 'gpt-4o',
      temperature: 0.5,
      max_tokens: 100,
      seed: 7,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: PNG_URL } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            {
              id: 'c1',
              type: 'function',
              function: { name: 'look', arguments: '{"a":1}' },
            },
            {
              id: 'c2',
              type: 'function',
              function: { name: 'ask', arguments: '{}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: '{"seen":true}' },
        { role: 'tool', tool_call_id: 'c2', content: 'Error: nobody' },
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: PNG_URL } }],
        },
        { role: 'assistant', content: 'A cat.' },
        { role: 'user', content: 'Sure?' },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'look',
            description: 'Looks',
            parameters: { type: 'object' },
          },
        },
      ],
      tool_choice: 'required',
    });
  });

  it('demands a call only in answer to the user', () => {
    const { messages } = richRequest();
    const request = richRequest({ messages: messages.slice(0, 4) });
    expect(chat(request).tool_choice).toBe('auto');
  });

  it('leaves out what the server does not know, and adds what the bundle wants', () => {
    const body = chat(richRequest({ stream: true }), {
      unsupportedParams: ['seed', 'max_tokens', 'stream_options'],
      extraBody: { top_k: 5, temperature: 0 },
    });
    expect(body).toMatchObject({ top_k: 5, temperature: 0, stream: true });
    expect(Object.keys(body)).not.toEqual(
      expect.arrayContaining(['seed', 'max_tokens', 'stream_options']),
    );
  });

  it.each([
    ['gpt-4o', 'max_tokens'],
    ['o3-mini', 'max_completion_tokens'],
    ['openai/gpt-5', 'max_completion_tokens'],
    ['gpt-oss-20b', 'max_tokens'],
  ])('limits the output of %s by %s', (model, field) => {
    expect(chat(chatRequest(), { model })).toHaveProperty(field, 100);
  });

  it('speaks of JSON where the vendor wants to read the word, and only there', () => {
    const plain = { type: 'json_object' } as const;
    const systemOf = (request: ChatRequest) =>
      JSON.stringify(chat(request).messages).match(/Answer with one JSON/g) ??
      [];
    expect(systemOf(chatRequest({ responseFormat: plain }))).toHaveLength(1);
    expect(
      systemOf(chatRequest({ responseFormat: plain, system: 'Speak JSON.' })),
    ).toHaveLength(0);
  });

  it('takes a refusal for what it is', () => {
    const dialect = new OpenAiChatDialect({
      model: 'm',
      unsupportedParams: [],
      extraBody: {},
      path: '/x',
    });
    const message = { content: null, refusal: 'I cannot.' };
    expect(
      dialect.readAnswer({ choices: [{ message, finish_reason: 'stop' }] }),
    ).toMatchObject({ content: 'I cannot.', finishReason: 'content_filter' });
  });

  it('keeps calls apart that a server numbers alike', () => {
    const reader = new OpenAiChatDialect({
      model: 'm',
      unsupportedParams: [],
      extraBody: {},
      path: '/x',
    }).readStream();
    for (const id of ['a', 'b']) {
      const call = { index: 0, id, function: { name: id, arguments: '{}' } };
      reader.read({ choices: [{ delta: { tool_calls: [call] } }] }, '');
    }
    expect(reader.reply.build().toolCalls.map(({ id }) => id)).toEqual([
      'a',
      'b',
    ]);
  });

  it('says what cannot be sent', () => {
    const video = { type: 'video', mimeType: 'video/mp4', data: 'AA' } as const;
    const request = chatRequest({
      messages: [{ role: 'user', content: '', parts: [video], turn: 0 }],
    });
    expect(() => chat(request)).toThrow('OpenAI cannot be sent video');
  });
});

describe('OpenAiResponsesDialect', () => {
  it('writes a whole conversation', () => {
    expect(responses(richRequest())).toEqual({
      model: 'gpt-5',
      instructions: 'Be brief.',
      store: false,
      max_output_tokens: 100,
      reasoning: { effort: 'low' },
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is it?' },
            { type: 'input_image', image_url: PNG_URL, detail: 'auto' },
          ],
        },
        {
          type: 'function_call',
          call_id: 'c1',
          name: 'look',
          arguments: '{"a":1}',
        },
        { type: 'function_call', call_id: 'c2', name: 'ask', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: '{"seen":true}' },
            { type: 'input_image', image_url: PNG_URL, detail: 'auto' },
          ],
        },
        {
          type: 'function_call_output',
          call_id: 'c2',
          output: 'Error: nobody',
        },
        { role: 'assistant', content: 'A cat.' },
        { role: 'user', content: 'Sure?' },
      ],
      tools: [
        {
          type: 'function',
          name: 'look',
          description: 'Looks',
          parameters: { type: 'object' },
          strict: false,
        },
      ],
      tool_choice: 'required',
    });
  });

  it('reports that a response failed', () => {
    const reader = new OpenAiResponsesDialect({
      model: 'm',
      unsupportedParams: [],
      extraBody: {},
      path: '/x',
    }).readStream();
    const error = { code: 'rate_limit_exceeded', message: 'slow down' };
    expect(() =>
      reader.read({ type: 'response.failed', response: { error } }, ''),
    ).toThrow('slow down');
  });
});
