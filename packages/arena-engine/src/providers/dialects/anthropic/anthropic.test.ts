import { bodyOf, richRequest } from '../../__testUtils__/conversation';
import { chatRequest } from '../../__testUtils__/openProvider';
import { ChatRequest } from '../../ChatProvider';
import { AnthropicDialect, AnthropicOptions } from './AnthropicDialect';

function dialect(options: Partial<AnthropicOptions> = {}): AnthropicDialect {
  return new AnthropicDialect({
    model: 'claude',
    unsupportedParams: [],
    extraBody: {},
    path: () => '/x',
    streamField: true,
    promptCaching: false,
    ...options,
  });
}

function encode(request: ChatRequest, options?: Partial<AnthropicOptions>) {
  return bodyOf(dialect(options).encode(request).body);
}

function answerOf(answer: object, request = chatRequest()) {
  return dialect().readAnswer(answer, request);
}

const IMAGE = {
  type: 'image',
  source: { type: 'base64', media_type: 'image/png', data: 'UE5H' },
};

const SCHEMA = { type: 'json_schema', name: 'n', schema: { a: 1 } } as const;

describe('AnthropicDialect', () => {
  it('writes a whole conversation, all results of a reply in one message', () => {
    expect(encode(richRequest())).toEqual({
      model: 'claude',
      max_tokens: 100,
      temperature: 0.5,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [{ type: 'text', text: 'What is it?' }, IMAGE],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'c1', name: 'look', input: { a: 1 } },
            { type: 'tool_use', id: 'c2', name: 'ask', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'c1',
              content: [{ type: 'text', text: '{"seen":true}' }, IMAGE],
            },
            {
              type: 'tool_result',
              tool_use_id: 'c2',
              content: [{ type: 'text', text: 'Error: nobody' }],
              is_error: true,
            },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'A cat.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Sure?' }] },
      ],
      tools: [
        {
          name: 'look',
          description: 'Looks',
          input_schema: { type: 'object' },
        },
      ],
      tool_choice: { type: 'any' },
    });
  });

  it('sets a limit when nobody does, since the vendor demands one', () => {
    expect(encode(chatRequest({ sampling: {} })).max_tokens).toBe(4_096);
  });

  it('marks what the vendor is to keep', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const body = encode(richRequest(), { promptCaching: true });
    expect(body.system).toEqual([{ type: 'text', text: 'Be brief.', ...mark }]);
    expect(body.messages).toContainEqual({
      role: 'user',
      content: [{ type: 'text', text: 'Sure?', ...mark }],
    });
  });

  it('makes the schema of an answer the input of a tool, unless the model must be free to call others', () => {
    expect(encode(chatRequest({ responseFormat: SCHEMA }))).toMatchObject({
      system: 'Be brief.',
      tools: [{ name: 'give_answer', input_schema: { a: 1 } }],
      tool_choice: { type: 'tool', name: 'give_answer' },
    });
    expect(encode(richRequest({ responseFormat: SCHEMA }))).toMatchObject({
      system: expect.stringContaining('fits this JSON schema'),
      tools: [{ name: 'look' }],
    });
  });

  it('tells the tool of an answer from a tool of the bundle that has its name', () => {
    const call = {
      type: 'tool_use',
      id: 't1',
      name: 'give_answer',
      input: { a: 1 },
    };
    const answer = { content: [call], stop_reason: 'tool_use' };
    expect(
      answerOf(answer, chatRequest({ responseFormat: SCHEMA })),
    ).toMatchObject({
      content: '{"a":1}',
      toolCalls: [],
      finishReason: 'stop',
    });
    const request = richRequest({ responseFormat: SCHEMA });
    expect(answerOf(answer, request)).toMatchObject({
      content: '',
      toolCalls: [{ id: 't1', name: 'give_answer', arguments: { a: 1 } }],
      finishReason: 'tool_calls',
    });
    const reader = dialect().readStream(request);
    reader.read(
      { type: 'content_block_start', index: 0, content_block: call },
      '',
    );
    expect(reader.reply.build().toolCalls).toHaveLength(1);
  });

  it('gives the thoughts back that led to a call', () => {
    const thought = { type: 'thinking', thinking: 'Hm.', signature: 'sig' };
    const call = { type: 'tool_use', id: 't1', name: 'look', input: { a: 1 } };
    const reply = answerOf({
      content: [thought, { type: 'text', text: 'Let me see.' }, call],
      stop_reason: 'tool_use',
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 2,
        output_tokens: 3,
      },
    });
    expect(reply).toMatchObject({
      content: 'Let me see.',
      reasoning: 'Hm.',
      finishReason: 'tool_calls',
      usage: { inputTokens: 17, cachedTokens: 5, outputTokens: 3 },
    });
    const body = encode(
      chatRequest({
        messages: [
          { role: 'user', content: 'Look', turn: 0 },
          {
            role: 'assistant',
            content: 'Let me see.',
            toolCalls: reply?.toolCalls,
            turn: 0,
          },
        ],
      }),
    );
    expect(body.messages).toContainEqual({
      role: 'assistant',
      content: [thought, { type: 'text', text: 'Let me see.' }, call],
    });
  });

  it('collects streamed thoughts with their signature', () => {
    const reader = dialect().readStream(chatRequest());
    const delta = (value: object) =>
      reader.read({ type: 'content_block_delta', index: 0, delta: value }, '');
    reader.read(
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'thinking', thinking: '' },
      },
      '',
    );
    delta({ type: 'thinking_delta', thinking: 'H' });
    delta({ type: 'thinking_delta', thinking: 'm.' });
    delta({ type: 'signature_delta', signature: 'sig' });
    expect(reader.reply.hasOutput).toBe(true);
    expect(reader.reply.build().reasoning).toBe('Hm.');
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['refusal', 'content_filter'],
    ['pause_turn', 'other'],
  ])('reads the stop reason %s as %s', (reason, expected) => {
    expect(answerOf({ content: [], stop_reason: reason })?.finishReason).toBe(
      expected,
    );
  });
});
