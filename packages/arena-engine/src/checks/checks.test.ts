import { ConversationMessage, ToolCallRecord } from '../conversation/messages';
import { CheckInput } from './Check';
import { COMPATIBLE, STRICT } from '../quirks/quirks';
import { compileCheck, judge } from './CompiledCheck';
import { checkNames, findCheck } from './registry';

function reply(content: string): ConversationMessage {
  return { role: 'assistant', content, turn: 0 };
}

function call(
  name: string,
  args: Record<string, unknown> = {},
  more: Partial<ToolCallRecord> = {},
): ToolCallRecord {
  return {
    id: `call_${name}`,
    name,
    arguments: args,
    result: '',
    turn: 0,
    ...more,
  };
}

function input(
  values: Partial<CheckInput> & { replies?: string[] },
): CheckInput {
  const replies = values.replies ?? [];
  return {
    messages: replies.map(reply),
    output: replies[replies.length - 1] ?? '',
    toolCalls: [],
    firings: [],
    prior: new Map(),
    totals: { inputTokens: 0, outputTokens: 0, cost: 0 },
    callTool: async name =>
      name === 'ping'
        ? { text: '{\n  "ok": true\n}', compact: '{"ok":true}' }
        : { text: 'Error', compact: 'Error', error: 'tool not found' },
    ...values,
  };
}

const said = (...replies: string[]) => input({ replies });
const called = (...toolCalls: ToolCallRecord[]) => input({ toolCalls });
const broken = { error: 'bad', errorType: 'validation' as const };

type Case = [
  type: string,
  params: Record<string, unknown>,
  given: CheckInput,
  /** In strict runs; a number is a score, `invalid` a fault of the check itself. */
  expected: number | 'invalid' | 'none',
];

const CASES: Case[] = [
  ['contains', { patterns: ['ROSE', 'tulip'] }, said('a rose'), 0.5],
  ['content_includes', { patterns: ['rose'] }, said('rose', 'none'), 0],
  ['contains', { patterns: ['ΟΔΟΣ'] }, said('οδος'), 0],
  ['contains', {}, said('x'), 'invalid'],
  ['contains_any', { patterns: ['rose', 'x'] }, said('rose', 'none'), 1],
  ['contains_any', { patterns: ['x'] }, said('rose'), 0],
  ['content_excludes', { patterns: ['bad'] }, said('BAD', 'good'), 0],
  [
    'content_excludes',
    { patterns: ['class'], match_mode: 'word_boundary' },
    said('classroom'),
    1,
  ],
  [
    'content_excludes',
    { patterns: ['a.b'], match_mode: 'word_boundary' },
    said('axb'),
    1,
  ],
  ['banned_words', { patterns: ['class'] }, said('classroom'), 0],
  ['regex', { pattern: '^a.c$' }, said('abc'), 1],
  ['regex', { pattern: 'b', expect_match: false }, said('abc'), 0],
  ['regex', { pattern: '(?=b)' }, said('abc'), 0],
  ['regex', { pattern: '(?<=a)b' }, said('abc'), 0],
  ['regex', { pattern: '(a+)+$' }, said(`${'a'.repeat(50_000)}!`), 0],
  ['min_length', { min: 8 }, said('éé'), 0.5],
  ['min_length', {}, said('x'), 'invalid'],
  ['max_length', { max: 2 }, said('éé'), 0.5],
  ['max_length', { max_tokens: 1 }, said('12345678'), 0.5],
  ['max_length', { max: 10 }, said(''), 1],
  ['sentence_count', { max: 2 }, said('One. Two! Three? Four.'), 0.5],
  ['field_presence', { fields: ['name', 'age'] }, said('Name: x'), 0.5],
  ['json_valid', {}, said('{"a": 1}'), 1],
  ['json_valid', {}, said('```json\n{}\n```'), 0],
  [
    'json_valid',
    { allow_wrapped: true },
    said('See:\n```json\n{}\n```\nthere'),
    1,
  ],
  ['json_valid', { extract_json: true }, said('so {"a": "}"} there'), 1],
  [
    'json_schema',
    { schema: { type: 'object', required: ['a'] } },
    said('{"a": 1}'),
    1,
  ],
  [
    'json_schema',
    { schema: { type: 'object', required: ['a'] } },
    said('{}'),
    0,
  ],
  ['json_schema', { schema: { type: 'strng' } }, said('{}'), 'none'],
  [
    'json_path',
    { expression: 'a[].b', expected: [1, 2] },
    said('{"a": [{"b": 1}, {"b": 2}]}'),
    1,
  ],
  ['json_path', { expression: 'a', contains: ['x'] }, said('{"a": ["y"]}'), 0],
  ['json_path', { expression: 'a', min: 1, max: 2 }, said('{"a": 3}'), 0],
  ['json_path', { expression: 'a', min_results: 2 }, said('{"a": [1]}'), 0],
  ['json_path', { expression: 'a[' }, said('{}'), 0],
  ['cosine_similarity', { reference: [1] }, said('x'), 0],
  ['latency_budget', { max_ms: 100 }, input({ latencyMs: 200 }), 0.5],
  ['latency_budget', { max_ms: 100 }, input({}), 0],
  [
    'cost_budget',
    { max_cost_usd: 1 },
    input({ totals: { inputTokens: 1, outputTokens: 1, cost: 2 } }),
    0,
  ],
  [
    'cost_budget',
    { max_total_tokens: 2 },
    input({ totals: { inputTokens: 1, outputTokens: 1, cost: 2 } }),
    1,
  ],
  [
    'guardrail_triggered',
    { validator: 'regex', direction: 'input' },
    input({ firings: [{ type: 'regex', direction: 'output', message: '' }] }),
    0,
  ],
  [
    'guardrail_triggered',
    { validator: 'regex' },
    input({ firings: [{ type: 'regex', direction: 'output', message: '' }] }),
    1,
  ],
  [
    'guardrail_triggered',
    { validator: 'x', should_trigger: false },
    input({}),
    1,
  ],
  [
    'guardrail_triggered',
    { validator: 'assertion_0_x' },
    input({ prior: new Map([['assertion_0_x', 0]]) }),
    1,
  ],
  [
    'outcome_equivalent',
    { metric: 'tool_calls', expected_tools: ['a'] },
    called(call('a'), call('a')),
    1,
  ],
  [
    'outcome_equivalent',
    { metric: 'content_hash', expected_content: 'x' },
    said('x '),
    0,
  ],
  [
    'directional',
    { check: 'similar_content', baseline_content: 'a b c d', threshold: 0.5 },
    said('A B c'),
    1,
  ],
  [
    'directional',
    { check: 'similar_content', baseline_content: 'a b', threshold: 0.9 },
    said('a c'),
    1 / 3,
  ],
  ['pii_leakage', {}, said('write to a.b@example.com'), 0],
  ['pii_leakage', {}, said('card 4111-1111 1111 1111'), 0],
  ['pii_leakage', {}, said('123-45-6789'), 0],
  ['pii_leakage', {}, said('call 555 1234'), 1],
  ['text_sentiment', { model: 'm' }, said('x'), 0],
  ['text_toxicity', {}, said('x'), 'invalid'],
  ['audio_emotion', { model: 'm' }, said('x'), 0],
  ['image_moderation', { model: 'm' }, said('x'), 0],
  [
    'tools_called',
    { tool_names: ['a', 'b'] },
    called(call('a'), call('b', {}, broken)),
    0.5,
  ],
  [
    'tools_called',
    { tool_names: ['b'], ignore_validation: true },
    called(call('b', {}, broken)),
    1,
  ],
  [
    'tools_called',
    { tools: ['a'], max_calls: 1 },
    called(call('a'), call('a')),
    0,
  ],
  ['tools_called', { tools: ['a'], require_args: true }, called(call('a')), 0],
  ['tool_called', { tool_name: 'a' }, called(call('a')), 'invalid'],
  ['tools_not_called', { tool_names: ['a'] }, called(call('a', {}, broken)), 0],
  [
    'tools_called_session',
    { tool_names: ['a'] },
    called(call('a', {}, broken)),
    1,
  ],
  ['tools_not_called_session', { tool_names: ['a'] }, called(call('b')), 1],
  [
    'tool_args',
    { tool_name: 'a', expected_args: { n: '30' } },
    called(call('a', { n: 30 })),
    1,
  ],
  [
    'tool_args',
    { tool_name: 'a', expected_args: { n: 1500000 } },
    called(call('a', { n: 1500000 })),
    0,
  ],
  [
    'tool_args_session',
    { tool_name: 'a', expected_args: {} },
    called(call('b')),
    1,
  ],
  [
    'tool_args_excluded_session',
    { tool_name: 'a', excluded_args: { k: 'x' } },
    called(call('a', { k: 'x' })),
    0,
  ],
  [
    'tools_not_called_with_args',
    { tool_name: 'a', forbidden_args: { k: ['x', 'y'] } },
    called(call('a', { k: 'z' })),
    1,
  ],
  [
    'tool_calls_with_args',
    { tool_name: 'a', args_match: { k: '^x' } },
    called(call('a', { k: 'xy' }), call('a', { k: 'y' })),
    0,
  ],
  [
    'tool_calls_with_args',
    { tool_name: 'a', expected_args: { k: null } },
    called(call('a', { k: 1 })),
    1,
  ],
  ['tool_calls_with_args', { tool_name: 'a' }, called(call('b')), 0],
  ['no_tool_errors', {}, called(call('a'), call('b', {}, broken)), 0.5],
  [
    'no_tool_errors',
    { tools: ['a'] },
    called(call('a'), call('b', {}, broken)),
    1,
  ],
  [
    'tool_call_count',
    { tool: 'a', min: 1, max: 1 },
    called(call('a'), call('a')),
    0,
  ],
  [
    'tool_result_includes',
    { patterns: ['OK'] },
    called(call('a', {}, { result: 'ok!' })),
    1,
  ],
  [
    'tool_result_includes',
    { patterns: ['ok'], occurrence: 2 },
    called(call('a', {}, { result: 'ok' })),
    0,
  ],
  [
    'tool_result_matches',
    { tool: 'a', pattern: '^o.$' },
    called(call('a', {}, { result: 'ok' })),
    1,
  ],
  [
    'tool_result_has_media',
    { media_type: 'image' },
    called(
      call(
        'a',
        {},
        { parts: [{ type: 'image', media: { mime_type: 'image/png' } }] },
      ),
    ),
    1,
  ],
  [
    'tool_result_media_type',
    { mime_type: 'image/jpeg' },
    called(
      call(
        'a',
        {},
        { parts: [{ type: 'image', media: { mime_type: 'image/png' } }] },
      ),
    ),
    0,
  ],
  [
    'tool_call_sequence',
    { sequence: ['a', 'c', 'd'] },
    called(call('a'), call('b'), call('c')),
    2 / 3,
  ],
  [
    'tool_call_chain',
    { steps: [{ tool: 'a', no_error: true }, { tool: 'b' }] },
    called(call('a'), call('b', {}, broken)),
    1,
  ],
  [
    'tool_call_chain',
    { steps: [{ tool: 'a', result_includes: ['x'] }] },
    called(call('a'), call('a', {}, { result: 'x' })),
    0,
  ],
  [
    'tool_anti_pattern',
    { patterns: [{ sequence: ['a', 'c'] }] },
    called(call('a'), call('b'), call('c')),
    0,
  ],
  ['tool_no_repeat', {}, called(call('a'), call('b'), call('a')), 1],
  [
    'tool_no_repeat',
    { max_repeats: 2 },
    called(call('a'), call('a'), call('a')),
    0,
  ],
  ['tool_efficiency', { max_calls: 4 }, called(call('a')), 0.75],
  ['tool_efficiency', { max_errors: 0 }, called(call('a', {}, broken)), 0],
  [
    'invariant_fields_preserved',
    { tool: 'a', fields: ['x', 'y'] },
    called(call('a', { x: 1, y: 1 }), call('a', { x: 1, y: 2 })),
    0.5,
  ],
  ['agent_invoked', { agents: ['a', 'b'] }, called(call('a')), 0.5],
  ['agent_not_invoked', { agents: ['a'] }, called(call('b')), 1],
  [
    'agent_response_contains',
    { agent: 'a', contains: 'Ok' },
    called(call('a', {}, { result: 'ok' })),
    0,
  ],
  ['tool_exec', { tool: 'ping', success_pattern: '"ok":true' }, input({}), 1],
  ['tool_exec', { tool: 'ping', failure_pattern: 'true' }, input({}), 0],
  ['tool_exec', { tool: 'pong' }, input({}), 0],
  [
    'assertion',
    { eval_type: 'contains', eval_params: { patterns: ['a', 'b'] } },
    said('a'),
    0.5,
  ],
  [
    'guardrail',
    { eval_type: 'regex', eval_params: { pattern: 'a' } },
    said('a'),
    1,
  ],
  ['assertion', {}, said('a'), 'invalid'],
  ['is_polite', {}, said('a'), 'invalid'],
  ['Contains', { patterns: ['a'] }, said('a'), 'invalid'],
];

describe('checks', () => {
  it.each(CASES)('%s %j', async (type, params, given, expected) => {
    const check = compileCheck({ type, params }, { quirks: STRICT });
    const { score, invalid, explanation } = await check.run(given);
    let actual: Case[3] = 'none';
    if (invalid) actual = 'invalid';
    else if (score !== undefined) actual = Number(score.toFixed(10));
    expect(actual).toBe(
      typeof expected === 'number' ? Number(expected.toFixed(10)) : expected,
    );
    expect(explanation).not.toBe('');
  });

  it('fail when they are wrong in themselves, whatever the threshold', async () => {
    const check = compileCheck(
      { type: 'is_polite', params: { min_score: 0 } },
      { quirks: COMPATIBLE },
    );
    expect((await judge(check, 'turn', said('a'))).passed).toBe(false);
  });

  it('are all tried above', () => {
    const tried = new Set(CASES.map(([type]) => findCheck(type)));
    expect(checkNames().filter(name => !tried.has(findCheck(name)))).toEqual(
      [],
    );
  });

  it.each([
    [{}, 0.5, false],
    [{}, 1, true],
    [{ min_score: 0.5 }, 0.5, true],
    [{ min_score: 0.6 }, 0.5, false],
    [{ max_score: 0.5 }, 0.5, true],
    [{ min_score: 0.2, max_score: 0.4 }, 0.5, false],
  ])(
    'pass by the threshold %j at score %s: %s',
    async (bounds, score, passed) => {
      const patterns = score === 1 ? ['a'] : ['a', 'b'];
      const check = compileCheck(
        { type: 'contains', params: { patterns, ...bounds } },
        { quirks: STRICT },
      );
      expect(await judge(check, 'turn', said('a'))).toMatchObject({
        score,
        passed,
      });
    },
  );

  it('overlook in compatible runs what strict runs refuse', async () => {
    const spec = {
      type: 'banned_words',
      params: { words: ['awful'], min_score: '0' },
    };
    const compatible = compileCheck(spec, { quirks: COMPATIBLE });
    expect(await judge(compatible, 'turn', said('awful'))).toMatchObject({
      passed: true,
      score: 1,
    });
    expect(
      (
        await judge(
          compileCheck(spec, { quirks: STRICT }),
          'turn',
          said('awful'),
        )
      ).passed,
    ).toBe(false);
  });

  it('name the check that was probably meant', async () => {
    const check = compileCheck({ type: 'contians' }, { quirks: COMPATIBLE });
    expect((await judge(check, 'turn', said('x'))).explanation).toBe(
      'Unknown check type "contians". Did you mean "contains"?',
    );
  });
});
