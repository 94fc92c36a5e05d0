import { CHECK_FAMILIES } from './registry';
import { validateCheck } from './validateCheck';

function found(type: string, params?: Record<string, unknown>) {
  return validateCheck({ type, params }).map(({ path, suggestion }) =>
    [path.join('.'), suggestion].filter(Boolean).join(' → '),
  );
}

describe('validating a check', () => {
  it.each([
    ['contains', { patterns: ['a'] }, []],
    ['contains', { patterns: ['a'], min_score: 0.5 }, []],
    ['contians', {}, ['type → contains']],
    ['no_such_thing_at_all', {}, ['type']],
    [
      'contains',
      { pattern: ['a'] },
      ['params.patterns', 'params.pattern → patterns'],
    ],
    ['contains', { patterns: 'a' }, ['params.patterns']],
    ['contains', { patterns: ['a', 1] }, ['params.patterns.1']],
    ['regex', { pattern: '(?=a)' }, ['params.pattern']],
    ['json_path', { expression: 'a[' }, ['params.expression']],
    ['json_schema', { schema: { type: 'strng' } }, ['params.schema']],
    [
      'tool_calls_with_args',
      { args_match: { id: '(' } },
      ['params.args_match.id'],
    ],
    [
      'tool_call_chain',
      { steps: [{ tool: 'a', result_include: ['x'] }] },
      ['params.steps.0.result_include → result_includes'],
    ],
    ['video_resolution', { presets: ['999p'] }, ['params.presets.0']],
    ['rest_eval', { url: 'ftp://x' }, ['params.url']],
    ['contains', { patterns: ['a'], min_score: '1' }, ['params.min_score']],
    ['contains', { patterns: ['a'], max_score: 7 }, ['params.max_score']],
    [
      'contains',
      { patterns: ['a'], min_score: 0.9, max_score: 0.1 },
      ['params.min_score'],
    ],
    [
      'tools_called',
      { tool_name: 'a' },
      ['params', 'params.tool_name → tool_names'],
    ],
    ['llm_judge', { criteria: 'x', judge: 'critic' }, []],
  ])('%s %j: %j', (type, params, expected) => {
    expect(found(type, params).sort()).toEqual([...expected].sort());
  });

  it('looks into wrappers', () => {
    expect(found('assertion', {})).toEqual(['params.eval_type']);
    expect(
      found('assertion', { eval_type: 'contians', eval_param: {} }),
    ).toEqual([
      'params.eval_param → eval_params',
      'params.eval_type → contains',
    ]);
    expect(
      found('guardrail', {
        eval_type: 'regex',
        eval_params: { pattern: 'a', min_score: 0.5, flags: 'i' },
      }),
    ).toEqual(['params.eval_params.min_score', 'params.eval_params.flags']);
  });

  it('does not follow wrappers for ever', () => {
    let params: Record<string, unknown> = {};
    for (let i = 0; i < 50; i++) {
      params = { eval_type: 'assertion', eval_params: params };
    }
    expect(validateCheck({ type: 'assertion', params })).toHaveLength(1);
  });

  it('looks at the pattern of a condition', () => {
    const params = { patterns: ['a'] };
    expect(
      validateCheck({
        type: 'contains',
        params,
        when: { tool_called_pattern: '(' },
      }),
    ).toMatchObject([{ path: ['when', 'tool_called_pattern'] }]);
  });

  it('names what is allowed', () => {
    expect(validateCheck({ type: 'sentence_count', params: {} })).toEqual([
      { path: ['params', 'max'], message: 'Required, and not given' },
    ]);
    const [problem] = validateCheck({
      type: 'guardrail_triggered',
      params: { validator: 'x', direction: 'up' },
    });
    expect(problem.message).toMatch(/"input".*"output".*"both".*got "up"/);
  });

  it.each(
    CHECK_FAMILIES.flatMap(({ checks }) =>
      checks.map(check => [check.type, check] as const),
    ),
  )('has nothing to say about the example of %s', (type, { example }) => {
    expect(validateCheck({ type, params: example })).toEqual([]);
  });
});
