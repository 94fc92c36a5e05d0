import { removeBundles } from '../../__testUtils__/bundles';
import {
  CHECK,
  lint,
  one,
  withCheck,
  withTurn,
} from '../../__testUtils__/lint';

afterEach(removeBundles);

describe('lintBundle, of checks and guardrails,', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [
      { type: 'contains', params: { patterns: ['a'], message: 'm' } },
      [`w ${CHECK}.params.message: `],
    ],
    [
      {
        type: 'content_includes',
        params: { patterns: ['a'], match_mode: 'x' },
      },
      [`w ${CHECK}.params.match_mode: `],
    ],
    [
      { type: 'tools_called', params: { tool_name: 'a' } },
      [`e ${CHECK}.params: `, `w ${CHECK}.params.tool_name: `],
    ],
    [
      { type: 'banned_words', params: { words: ['a'] } },
      [`e ${CHECK}.params.patterns: `, `w ${CHECK}.params.words: `],
    ],
    [
      { type: 'max_length', params: { max: 5, mx: 1 } },
      [`e ${CHECK}.params.mx: Unknown parameter "mx"`],
    ],
    [
      { type: 'contains', params: { patterns: ['a'] }, pass_threshold: 0.5 },
      [`w ${CHECK}.pass_threshold: `],
    ],
    [{ type: 'sentence_count', params: { max: 2 } }, [`w ${CHECK}.type: `]],
    [
      { type: 'cost_budget', params: { max_cost_usd: 1 } },
      [`w ${CHECK}.type: `],
    ],
    [
      { type: 'tool_efficiency', params: { max_calls: 4 } },
      [`w ${CHECK}.type: The score is 1 - calls`],
    ],
    [{ type: 'tool_efficiency', params: { max_calls: 4, min_score: 0.5 } }, []],
    [
      {
        type: 'assertion',
        params: {
          eval_type: 'tool_efficiency',
          eval_params: { max_calls: 4 },
          min_score: 0.2,
        },
      },
      [],
    ],
    [
      {
        type: 'assertion',
        params: {
          eval_type: 'contains',
          eval_params: { patterns: ['a'], message: 'm' },
        },
      },
      [`w ${CHECK}.params.eval_params.message: `],
    ],
    [
      {
        type: 'directional',
        params: {
          check: 'similar_content',
          baseline_content: 'a',
          threshold: 0.5,
        },
      },
      [`w ${CHECK}.params.threshold: `],
    ],
    [
      { type: 'guardrail_triggered', params: { validator: 'length' } },
      [`w ${CHECK}.params.validator: The prompt has no guardrail "length"`],
    ],
  ])('check: %j', async (check, expected) => {
    const found = await lint(withCheck(check));
    expect(found.sort()).toEqual(
      expected.map(text => expect.stringContaining(text)),
    );
  });

  it('takes the checks that a bundle adds by itself for known', async () => {
    const spec = withCheck({ type: 'polite' });
    expect(await lint(spec)).toHaveLength(1);
    const runtime = { evals: { polite: { command: './polite' } } };
    expect(await lint({ ...spec, more: { runtime } })).toEqual(
      one('e spec.runtime.evals: runtime.evals is not supported'),
    );
  });

  it('warns of `when` at the level of the conversation only', async () => {
    const check = {
      type: 'contains',
      params: { patterns: ['a'] },
      when: { any_tool_called: true },
    };
    expect(await lint(withCheck(check))).toEqual([]);
    expect(
      await lint(withTurn({}, { conversation_assertions: [check] })),
    ).toEqual(
      one('w spec.scenario_specs.one.conversation_assertions[0].when: '),
    );
  });

  it.each<[Record<string, unknown>, string[]]>([
    [
      { type: 'banned_wordz' },
      ['e spec.prompt_specs.chat.validators[0].type: '],
    ],
    [
      {
        type: 'length',
        params: { max_characters: 5 },
        fail_on_violation: true,
      },
      ['w spec.prompt_specs.chat.validators[0].fail_on_violation: '],
    ],
    [
      { type: 'max_sentences', params: { max_sentences: 2 } },
      ['w spec.prompt_specs.chat.validators[0].type: '],
    ],
    [
      { type: 'length', params: { max: 5, direction: 'out' } },
      ['e spec.prompt_specs.chat.validators[0].params.direction: '],
    ],
    [{ type: 'nothing', enabled: false }, []],
  ])('guardrail: %j', async (validator, expected) => {
    expect(await lint({ prompt: { validators: [validator] } })).toEqual(
      expected.map(text => expect.stringContaining(text)),
    );
  });

  it('misses judges', async () => {
    const check = { type: 'llm_judge', params: { criteria: 'Good?' } };
    expect(await lint(withCheck(check))).toEqual(
      one(`w ${CHECK}.type: The arena file names no judge`),
    );
  });
});
