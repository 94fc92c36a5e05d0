import { chatRequest } from '../__testUtils__/openProvider';
import { readRecording } from './Recording';
import { ReplayProvider } from './ReplayProvider';

const RECORDING = JSON.stringify({
  metadata: { session_id: 's' },
  events: [
    message('user', 'How are you?', '2026-01-01T00:00:00Z'),
    message('assistant', 'Fine.', '2026-01-01T00:00:02Z'),
    {
      type: 'provider.call.completed',
      data: { input_tokens: 12, output_tokens: 3, cost: 0.01 },
    },
    message('user', 'And now?', '2026-01-01T00:00:10Z'),
    {
      type: 'message.created',
      data: {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'c1', function: { name: 'look', arguments: '{"a":1}' } },
        ],
      },
    },
    message('tool', '42', '2026-01-01T00:00:12Z'),
    message('assistant', 'It is 42.', '2026-01-01T00:00:13Z'),
  ],
});

function message(role: string, content: string, timestamp: string) {
  return { type: 'message.created', timestamp, data: { role, content } };
}

function ask(content: string) {
  return chatRequest({ messages: [{ role: 'user', content, turn: 0 }] });
}

describe('readRecording', () => {
  it('reads replies with their questions, calls, times and cost', () => {
    expect(readRecording(RECORDING)).toEqual([
      {
        content: 'Fine.',
        toolCalls: [],
        question: 'How are you?',
        delayMs: 2_000,
        inputTokens: 12,
        outputTokens: 3,
        cost: 0.01,
      },
      expect.objectContaining({
        question: 'And now?',
        toolCalls: [{ id: 'c1', name: 'look', arguments: { a: 1 } }],
      }),
      expect.objectContaining({ content: 'It is 42.', delayMs: 1_000 }),
    ]);
  });

  it('reads one event a line as well', () => {
    const lines = [
      { type: 'message', role: 'user', content: 'Hi' },
      { type: 'message', role: 'assistant', content: 'Hello' },
    ];
    const text = lines.map(line => JSON.stringify(line)).join('\n');
    expect(readRecording(text)).toMatchObject([
      { content: 'Hello', question: 'Hi' },
    ]);
  });
});

describe('ReplayProvider', () => {
  it('gives the replies in turn to whoever asks, and an error after the last', async () => {
    const provider = new ReplayProvider({
      replies: readRecording(RECORDING),
      match: 'turn',
    });
    const replies = [];
    for (const question of ['x', 'y', 'z']) {
      replies.push(await provider.chat(ask(question)));
    }
    expect(replies).toMatchObject([
      { content: 'Fine.', finishReason: 'stop', cost: 0.01, inputTokens: 12 },
      { finishReason: 'tool_calls', toolCalls: [{ name: 'look' }] },
      { content: 'It is 42.' },
    ]);
    await expect(provider.chat(ask('more'))).rejects.toMatchObject({
      errorClass: 'bundle',
      retryable: false,
      message: expect.stringContaining('all 3 were given'),
    });
  });

  it('finds the reply to a question that was recorded, as often as it is asked', async () => {
    const provider = new ReplayProvider({
      replies: readRecording(RECORDING),
      match: 'content',
    });
    for (let i = 0; i < 5; i++) {
      const reply = await provider.chat(ask('And now?'));
      expect(reply.toolCalls).toHaveLength(1);
    }
    expect((await provider.chat(ask('unknown'))).content).toBe('Fine.');
  });

  it('takes its time when it is told to', async () => {
    const provider = new ReplayProvider({
      replies: readRecording(RECORDING),
      match: 'turn',
      speed: 40,
    });
    const start = performance.now();
    await provider.chat(ask('x'));
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });
});
