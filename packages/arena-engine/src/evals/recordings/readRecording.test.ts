import { stringify } from 'yaml';
import { COMPATIBLE } from '../../quirks/quirks';
import { readRecording } from './readRecording';

const json = (value: unknown, name = 'a.json', type?: 'arena_output') =>
  readRecording(JSON.stringify(value), name, type);

describe('readRecording', () => {
  it('reads what chat APIs write', () => {
    const recording = json([
      { role: 'system', content: 'You help.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look' },
          {
            type: 'image_url',
            image_url: { url: 'https://example.org/a.png' },
          },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c',
            type: 'function',
            function: { name: 'see', arguments: '{"n":1}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: 'a cat' },
      { role: 'assistant', content: 'A cat.' },
      { role: 'user', content: 'And?' },
    ]);
    expect(recording).toEqual({
      system: 'You help.',
      judges: [],
      messages: [
        {
          role: 'user',
          content: 'Look',
          turn: 0,
          parts: [
            { type: 'text', text: 'Look' },
            { type: 'image', mimeType: '', url: 'https://example.org/a.png' },
          ],
        },
        {
          role: 'assistant',
          content: '',
          turn: 0,
          toolCalls: [{ id: 'c', name: 'see', arguments: { n: 1 } }],
        },
        {
          role: 'tool',
          content: 'a cat',
          turn: 0,
          toolResult: { id: 'c', name: 'see' },
        },
        { role: 'assistant', content: 'A cat.', turn: 0 },
        { role: 'user', content: 'And?', turn: 1 },
      ],
    });
  });

  it('reads results of runs, the original engine’s and those of this one', () => {
    const original = json(
      {
        Messages: [
          { role: 'user', content: 'Hi' },
          {
            role: 'assistant',
            content: 'Yes',
            latency_ms: 12,
            cost_info: {
              input_tokens: 3,
              output_tokens: 4,
              total_cost_usd: 0.5,
            },
            validations: [
              { validator_type: 'length', passed: true },
              {
                validator_type: 'pii',
                passed: false,
                score: 0,
                direction: 'input',
              },
            ],
            meta: {
              current_workflow_state: { current_state: 'hall', terminal: true },
            },
          },
        ],
      },
      'x.json',
      'arena_output',
    );
    expect(original.messages[1]).toEqual({
      role: 'assistant',
      content: 'Yes',
      turn: 0,
      latencyMs: 12,
      inputTokens: 3,
      outputTokens: 4,
      cost: 0.5,
      firings: [{ type: 'pii', direction: 'input', message: '', score: 0 }],
      state: { state: 'hall', terminal: true },
    });
    const own = json(
      {
        version: 1,
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'Hi', turn: 0 },
          {
            role: 'assistant',
            content: 'Yes',
            turn: 0,
            latencyMs: 5,
            inputTokens: 2,
          },
        ],
      },
      'x.arena.json',
    );
    expect(own).toMatchObject({
      system: 'S',
      messages: [{ role: 'user' }, { latencyMs: 5, inputTokens: 2 }],
    });
  });

  it('reads lines of JSON and names of judges', () => {
    const lines = readRecording(
      '{"role":"user","content":"a"}\n{"role":"assistant","content":"b"}\n',
      'log.jsonl',
      undefined,
    );
    expect(lines.messages).toHaveLength(2);
    const transcript = readRecording(
      stringify({
        metadata: { judge_targets: { strict: { type: 'mock' } } },
        messages: [{ role: 'user', content: 'a' }],
      }),
      'a.transcript.yaml',
      undefined,
    );
    expect(transcript.judges).toEqual(['strict']);
  });

  it('reads the names that others give to roles', () => {
    const { system, messages } = json([
      { role: 'developer', content: 'Be kind' },
      { role: 'human', content: 'Hi' },
      { role: 'model', parts: [{ text: 'Hello' }] },
      { role: 'function', name: 'see', content: 'a cat' },
      { role: 'Assistant', content: 'A cat' },
    ]);
    expect(system).toBe('Be kind');
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello'],
      ['tool', 'a cat'],
      ['assistant', 'A cat'],
    ]);
  });

  it.each([
    [{ role: 'robot', content: 'x' }, 'has the unknown role "robot"'],
    [{ content: 'x' }, 'has no role'],
    ['x', 'is no map'],
    [{ role: 'assistant', content: { text: 'x' } }, 'neither a text nor'],
    [
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'x' }] },
      'no part can be read (they are of refusal)',
    ],
  ])('refuses the message %j unless such are dropped', (message, reason) => {
    const all = [{ role: 'user', content: 'Hi' }, message];
    expect(() => json(all)).toThrow('"a.json": message 2');
    expect(() => json(all)).toThrow(reason);
    const text = JSON.stringify(all);
    const { messages } = readRecording(text, 'a.json', undefined, COMPATIBLE);
    expect(messages[0]).toMatchObject({ content: 'Hi' });
  });

  it('refuses arguments that are nested too deeply', () => {
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    expect(() =>
      json([
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'c', function: { name: 'see', arguments: deep } }],
        },
      ]),
    ).toThrow('message 2 has arguments of a tool that are nested');
  });

  it('refuses more messages than can be judged', () => {
    const many = Array.from({ length: 10_001 }, () => ({
      role: 'user',
      content: 'Hi',
    }));
    expect(() => json(many)).toThrow(
      '"a.json" has 10001 messages: allowed are at most 10000',
    );
  });

  it.each([
    ['{"events": []}', 'a.recording.json', 'has no messages'],
    [
      '{"messages": 1}',
      'a.arena.json',
      'is no saved conversation of type arena_output',
    ],
    ['{"a":', 'a.json', 'is not JSON'],
    ['a: [', 'a.transcript.yaml', 'Invalid YAML'],
    [
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      'a.json',
      'nested more than',
    ],
  ])('refuses %.20s', (text, file, expected) => {
    expect(() => readRecording(text, file, undefined)).toThrow(expected);
  });
});
