import {
  call,
  called,
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  run,
} from '../__testUtils__/checkInput';

const broken = { error: 'bad', errorType: 'validation' as const };
const pinging = checkInput({
  callTool: async name =>
    name === 'ping'
      ? { text: '{\n  "ok": true\n}', compact: '{"ok":true}' }
      : { text: 'Error', compact: 'Error', error: 'tool not found' },
});

describe('Checks of tool calls', () => {
  it.each<CheckCase>([
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
    [
      'tools_called',
      { tools: ['a'], require_args: true },
      called(call('a')),
      0,
    ],
    ['tool_called', { tool_name: 'a' }, called(call('a')), 'invalid', 0],
    [
      'tools_not_called',
      { tool_names: ['a'] },
      called(call('a', {}, broken)),
      0,
    ],
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
          { parts: [{ type: 'image', mimeType: 'image/png', data: '' }] },
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
          { parts: [{ type: 'image', mimeType: 'image/png', data: '' }] },
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
      1,
    ],
    ['tool_exec', { tool: 'ping', success_pattern: '"ok":true' }, pinging, 1],
    ['tool_exec', { tool: 'ping', failure_pattern: 'true' }, pinging, 0],
    ['tool_exec', { tool: 'pong' }, pinging, 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  describe('tool_exec', () => {
    const silent = (signal: AbortSignal) =>
      checkInput({ callTool: () => new Promise(() => {}), signal });
    const params = { tool: 'ping', timeout_seconds: 0.01 };

    it('fails when the tool never answers', async () => {
      const { signal } = new AbortController();
      expect(await run('strict', 'tool_exec', params, silent(signal))).toEqual({
        score: 0,
        explanation: 'ping did not answer within 0.01 s',
      });
    });

    it('stops when the item is stopped', async () => {
      const signal = AbortSignal.abort(new Error('stopped'));
      await expect(
        run('strict', 'tool_exec', params, silent(signal)),
      ).rejects.toThrow('stopped');
    });
  });
});
