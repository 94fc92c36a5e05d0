import { seededRandom } from '../../util/seededRandom';
import { ProviderError } from '../ChatProvider';
import { isObject } from '../http/read';
import { chatRequest } from '../__testUtils__/openProvider';
import { AnthropicDialect } from './anthropic/AnthropicDialect';
import { Dialect, WireReply } from './Dialect';
import { GeminiDialect } from './gemini/GeminiDialect';
import { OllamaDialect } from './ollama/OllamaDialect';
import { OpenAiChatDialect } from './openai/OpenAiChatDialect';
import { OpenAiResponsesDialect } from './openai/OpenAiResponsesDialect';

const options = {
  model: 'm',
  unsupportedParams: [],
  extraBody: {},
  path: '/x',
};

const ARGS = '{"a":[1,{"b":"c"}]}';

/** Each dialect with an answer, and events, that have everything in them. */
const CASES: Array<[string, Dialect, unknown, unknown[]]> = [
  [
    'OpenAI chat',
    new OpenAiChatDialect(options),
    {
      choices: [
        {
          message: {
            content: 'text',
            reasoning_content: 'thought',
            tool_calls: [{ id: 'c', function: { name: 'f', arguments: ARGS } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 1 },
      },
    },
    [
      { choices: [{ delta: { content: 'text', refusal: null } }] },
      {
        choices: [
          {
            delta: {
              tool_calls: [
                { index: 0, id: 'c', function: { name: 'f', arguments: ARGS } },
              ],
            },
            finish_reason: 'tool_calls',
          },
        ],
      },
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    ],
  ],
  [
    'OpenAI responses',
    new OpenAiResponsesDialect(options),
    {
      status: 'completed',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [
        { type: 'reasoning', summary: [{ text: 'thought' }] },
        { type: 'message', content: [{ type: 'output_text', text: 'text' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: ARGS },
      ],
      usage: { input_tokens: 1, output_tokens: 2, input_tokens_details: {} },
    },
    [
      { type: 'response.output_text.delta', delta: 'text' },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { type: 'function_call', call_id: 'c', name: 'f' },
      },
      {
        type: 'response.function_call_arguments.delta',
        output_index: 1,
        delta: ARGS,
      },
      { type: 'response.completed', response: { usage: { input_tokens: 1 } } },
    ],
  ],
  [
    'Anthropic',
    new AnthropicDialect({
      ...options,
      path: () => '/x',
      streamField: true,
      promptCaching: true,
    }),
    {
      type: 'message',
      content: [
        { type: 'thinking', thinking: 'thought', signature: 's' },
        { type: 'text', text: 'text' },
        { type: 'tool_use', id: 'c', name: 'f', input: { a: [1] } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 2, cache_read_input_tokens: 1 },
    },
    [
      { type: 'message_start', message: { usage: { input_tokens: 1 } } },
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'c', name: 'f', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: ARGS },
      },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: {} },
      { type: 'message_stop' },
    ],
  ],
  [
    'Gemini',
    new GeminiDialect(options),
    {
      candidates: [
        {
          content: {
            parts: [
              { text: 'text' },
              { text: 'thought', thought: true },
              { functionCall: { name: 'f', args: { a: [1] } } },
            ],
          },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2 },
    },
    [
      {
        candidates: [
          { content: { parts: [{ text: 'text' }] }, finishReason: 'STOP' },
        ],
        promptFeedback: {},
      },
    ],
  ],
  [
    'Ollama',
    new OllamaDialect(options),
    {
      message: {
        content: 'text',
        thinking: 'thought',
        tool_calls: [{ function: { name: 'f', arguments: { a: [1] } } }],
      },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 1,
      eval_count: 2,
    },
    [
      { message: { content: 'te' }, done: false },
      { message: {}, done: true },
    ],
  ],
];

const STRANGE = [null, 0, -1, 1e308, true, '', 'x', [], {}, [null], { a: {} }];

/** Replaces something in a copy of a document by something strange. */
function mutate(value: unknown, random: () => number): unknown {
  const strange = () => STRANGE[Math.floor(random() * STRANGE.length)];
  if (random() < 0.15) return strange();
  if (Array.isArray(value)) {
    const copy = value.map(item => mutate(item, random));
    if (random() < 0.1) copy.push(strange());
    return copy;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => random() > 0.05)
      .map(([key, item]) => [key, mutate(item, random)]),
  );
}

function checkReply(reply: WireReply | undefined): void {
  if (!reply) return;
  const { content, toolCalls, finishReason, usage, reasoning = '' } = reply;
  const types = [content, finishReason, reasoning].map(text => typeof text);
  if (types.some(type => type !== 'string')) {
    throw new Error(`not texts: ${JSON.stringify(reply)}`);
  }
  for (const { id, name, arguments: args } of toolCalls) {
    if (typeof id !== 'string' || typeof name !== 'string' || !isObject(args)) {
      throw new Error(`not a call: ${JSON.stringify(toolCalls)}`);
    }
  }
  for (const tokens of Object.values(usage)) {
    if (tokens !== undefined && !(Number.isInteger(tokens) && tokens >= 0)) {
      throw new Error(`not a count: ${JSON.stringify(usage)}`);
    }
  }
}

/** Anything but an error of the provider is a fault of ours. */
function faultOf(read: () => void, what: unknown): string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProviderError)) {
      return [`${String(error)} with ${JSON.stringify(what)}`];
    }
  }
  return [];
}

function manyTimes<T>(make: (random: () => number) => T): T[] {
  const random = seededRandom(1);
  return Array.from({ length: 3_000 }, () => make(random));
}

describe.each(CASES)('%s', (_, dialect, answer, events) => {
  it('reads the answers that these are made of', () => {
    const reader = dialect.readStream(chatRequest());
    events.forEach(event => reader.read(event, ''));
    expect(reader.reply.hasOutput).toBe(true);
    expect(dialect.readAnswer(answer, chatRequest())).toMatchObject({
      content: 'text',
      toolCalls: [{ name: 'f' }],
      usage: { inputTokens: expect.any(Number) },
    });
  });

  it('makes either a sound reply or a clear error of any answer', () => {
    const faults = manyTimes(random => mutate(answer, random)).flatMap(
      strange =>
        faultOf(
          () => checkReply(dialect.readAnswer(strange, chatRequest())),
          strange,
        ),
    );
    expect(faults).toEqual([]);
  });

  it('makes either a sound reply or a clear error of any stream', () => {
    const faults = manyTimes(random =>
      events.map(event => mutate(event, random)),
    ).flatMap(strange =>
      faultOf(() => {
        const reader = dialect.readStream(chatRequest());
        strange.forEach(event => reader.read(event, ''));
        checkReply(reader.reply.build());
      }, strange),
    );
    expect(faults).toEqual([]);
  });
});
