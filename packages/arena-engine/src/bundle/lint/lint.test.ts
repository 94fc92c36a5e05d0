import { readdirSync } from 'node:fs';
import path from 'node:path';
import { arena, removeBundles, writeBundle } from '../../__testUtils__/bundles';
import { lintBundle } from '../lintBundle';

const EXAMPLES = path.resolve(__dirname, '../../../../../examples/bundles');

afterEach(removeBundles);

const HEAD = 'apiVersion: promptkit.altairalabs.ai/v1alpha1\n';

/** Findings of a bundle as `e|w field: message`, without those of its mock file. */
async function lint(
  spec: Parameters<typeof arena>[0],
  files: Record<string, unknown> = {},
): Promise<string[]> {
  const folder = await writeBundle({
    'mock.yaml': 'defaultResponse: Hello.\n',
    ...files,
    'config.arena.yaml': arena(spec),
  });
  return (await lintBundle(folder)).map(
    ({ severity, field, message, suggestion }) =>
      `${severity[0]} ${field}: ${message}${
        suggestion ? ` ?${suggestion}` : ''
      }`,
  );
}

const withTurn = (turn: Record<string, unknown>, more = {}) => ({
  scenarios: {
    one: { turns: [{ role: 'user', content: 'Hi.', ...turn }], ...more },
  },
});

const withCheck = (check: Record<string, unknown>) =>
  withTurn({ assertions: [check] });

const AT = 'spec.scenario_specs.one.turns[0]';
const CHECK = `${AT}.assertions[0]`;

const one = (text: string) => [expect.stringContaining(text)];

describe('lintBundle', () => {
  it('has nothing to say about a sound bundle', async () => {
    const tool = {
      description: 'd',
      input_schema: { type: 'object' },
      output_schema: { type: 'object' },
      mode: 'mock',
      mock_result: { ok: true },
    };
    expect(
      await lint({
        prompt: {
          allowed_tools: ['look_*'],
          system_template: 'You help {{who}} in {{region}}.',
          variables: [{ name: 'who', required: true }],
          validators: [{ type: 'banned_words', params: { words: ['x'] } }],
        },
        more: { tool_specs: { look_up: tool } },
        scenarios: {
          one: {
            variables: { who: 'Ada' },
            turns: [
              {
                role: 'user',
                content: 'Hi {{who}}, {tone}.',
                perturbations: { tone: ['now', 'later'] },
                assertions: [
                  { type: 'contains', params: { patterns: ['a'] } },
                  {
                    type: 'guardrail_triggered',
                    params: { validator: 'banned_words' },
                  },
                ],
              },
            ],
          },
        },
      }),
    ).toEqual([]);
  });

  it('points at line and column of each file', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': `${HEAD}kind: Arena
spec:
  providers: []
  scenarios:
    - file: one.yaml
  defaults:
    fail_on: [provider_error]
`,
      'one.yaml': `${HEAD}kind: Scenario
metadata: {name: one}
spec:
  description: d
  turns:
    - role: user
      content: Hi.
      assertions:
        - type: contians
          params:
            patterns: [a]
        - type: regex
          params:
            pattern: "(a"
`,
    });
    const found = await lintBundle(folder);
    expect(
      found.map(
        ({ severity, file, line, column, suggestion }) =>
          `${severity} ${file}:${line}:${column} ${suggestion ?? ''}`,
      ),
    ).toEqual([
      'warning config.arena.yaml:8:5 ',
      'warning one.yaml:4:1 ',
      'error one.yaml:10:17 contains',
      'error one.yaml:15:22 ',
    ]);
  });

  it('reports what keeps a bundle from loading together with what else is wrong in its other files', async () => {
    const found = await lint({
      scenarios: { one: { mode: 'fast', task_type: 'nowhere' } },
      more: { scenarios: [{ file: 'missing.yaml' }] },
    });
    expect(found).toEqual([
      // Whether a prompt is missing cannot be said while files are.
      expect.stringContaining('mode has no effect'),
      expect.stringContaining('"missing.yaml" does not exist'),
    ]);
  });

  it.each(readdirSync(EXAMPLES))(
    'finds no fault in the example %s',
    async name => {
      const found = await lintBundle(path.join(EXAMPLES, name));
      expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it('checks the shape alone on request', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena(withCheck({ type: 'nothing' })),
    });
    expect(await lintBundle(folder, { schemaOnly: true })).toEqual([]);
  });

  it.each([
    [{ defaults: { concurrency: 3 } }, 'w spec.defaults.concurrency: '],
    [{ defaults: { output: { dir: 'x' } } }, 'w spec.defaults.output.dir: '],
    [
      { defaults: { output: { junit: { file: 'x' } } } },
      'w spec.defaults.output.junit.file: ',
    ],
    [
      { defaults: { output: { formats: ['html'] } } },
      'w spec.defaults.output.formats[0]: ',
    ],
    [{ pack_file: 'a.json' }, 'e spec.pack_file: '],
    [{ judge_defaults: { prompt: 'x' } }, 'w spec.judge_defaults: '],
    [{ state_store: { type: 'redis' } }, 'e spec.state_store: '],
    [{ self_play: { enabled: true } }, 'w spec.self_play.enabled: '],
    [{ voices: [{ id: 'v' }] }, 'w spec.voices: '],
    [
      {
        pack_evals: [
          {
            id: 'a',
            type: 'min_length',
            params: { min: 1 },
            trigger: 'every_turn',
          },
        ],
      },
      'w spec.pack_evals[0].trigger: ',
    ],
    [
      { pack_evals: [{ id: 'a', type: 'min_lenght', params: { min: 1 } }] },
      'e spec.pack_evals[0].type: ',
    ],
  ])('arena file: %j', async (more, expected) => {
    expect(await lint({ more })).toEqual(one(expected));
  });

  it.each([
    [{ mode: 'fast' }, 'w spec.scenario_specs.one.mode: '],
    [{ constraints: { a: 1 } }, 'w spec.scenario_specs.one.constraints: '],
    [{ context: { goal: 'g' } }, 'w spec.scenario_specs.one.context: '],
    [{ id: 'other' }, 'w spec.scenario_specs.one.id: '],
    [{ voice: 'v' }, 'w spec.scenario_specs.one.voice: '],
    [{ duplex: { timeout: '1s' } }, 'e spec.scenario_specs.one.duplex: '],
    [
      { context_policy: { token_budget: 9, strategy: 'newest' } },
      'w spec.scenario_specs.one.context_policy.strategy: "newest" counts as oldest',
    ],
    [
      {
        tool_policy: {
          tool_choice: 'auto',
          max_tool_calls_per_turn: 0,
          max_total_tool_calls: 5,
        },
      },
      'w spec.scenario_specs.one.tool_policy.max_total_tool_calls: ',
    ],
    [
      { providers: ['mok'] },
      'e spec.scenario_specs.one.providers[0]: Provider "mok" does not exist: the bundle has mock ?mock',
    ],
    [
      { provider_group: 'fast' },
      'w spec.scenario_specs.one.provider_group: No provider of the bundle is in the group "fast"',
    ],
    [
      { required_capabilities: ['vision'] },
      'w spec.scenario_specs.one.required_capabilities[0]: ',
    ],
    [
      { task_type: 'chatt' },
      'w spec.scenario_specs.one.task_type: No prompt has the task_type "chatt": the original uses a stock prompt without tools and guardrails, and strict runs fail ?chat',
    ],
    [{ variables: { who: 'x' } }, 'w spec.scenario_specs.one.variables.who: '],
  ])('scenario: %j', async (fields, expected) => {
    expect(await lint(withTurn({}, fields))).toEqual(one(expected));
  });

  it.each([
    [{ role: 'assistant' }, `e ${AT}.role: Unsupported role "assistant"`],
    [{ seed: 1 }, `w ${AT}.seed: `],
    [{ assistant_temp: 0.5 }, `w ${AT}.assistant_temp: `],
    [{ persona: 'p' }, `w ${AT}.persona: `],
    [{ streaming: true }, `w ${AT}.streaming: `],
    [
      { content: 'Hi {{ who }}.' },
      `w ${AT}.content: {{ who }} is no placeholder`,
    ],
    [{ content: 'Hi {{who}}.' }, `w ${AT}.content: {{who}} has no value`],
    [
      { content: 'Hi {a}.', perturbations: { a: ['x'] } },
      `w ${AT}.perturbations.a: A single variant`,
    ],
    [
      { perturbations: { a: ['x', 'y'] } },
      `w ${AT}.perturbations.a: No turn says {a}`,
    ],
    [
      { consent_overrides: { pay: 'deny' } },
      `w ${AT}.consent_overrides.pay: No tool of the bundle`,
    ],
  ])('turn: %j', async (turn, expected) => {
    expect(await lint(withTurn(turn))).toEqual(one(expected));
  });

  it('says when chaos needs guardrails', async () => {
    const chaos = { tool_failures: [{ tool: 'look', mode: 'error' }] };
    const tool = {
      description: 'd',
      input_schema: {},
      output_schema: {},
      mode: 'mock',
    };
    const more = { tool_specs: { look: tool } };
    const spec = { ...withTurn({ chaos }, { streaming: true }), more };
    expect(await lint(spec)).toEqual(one(`w ${AT}.chaos: `));
    const validators = [{ type: 'max_length', params: { max: 9 } }];
    expect(await lint({ ...spec, prompt: { validators } })).toEqual([]);
  });

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

  it.each([
    [
      { model_overrides: { a: {} } },
      'w spec.prompt_specs.chat.model_overrides: ',
    ],
    [
      { fragments: [{ name: 'f', required: true }] },
      'w spec.prompt_specs.chat.fragments[0]: ',
    ],
    [
      { system_template: 'Hi {{ who }}.' },
      'w spec.prompt_specs.chat.system_template: {{ who }} is no placeholder',
    ],
    [
      { system_template: 'Hi {{who}}.' },
      'w spec.prompt_specs.chat.system_template: Nothing gives {{who}} a value',
    ],
    [
      { variables: [{ name: 'who', required: true }] },
      'w spec.scenario_specs.one.task_type: The prompt "chat" requires the variable "who"',
    ],
    [
      { allowed_tools: ['nothing'] },
      'w spec.prompt_specs.chat.allowed_tools[0]: No tool of the bundle',
    ],
  ])('prompt: %j', async (prompt, expected) => {
    expect(await lint({ ...withTurn({}), prompt })).toEqual(one(expected));
  });

  it.each([
    [{ type: 'cloude' }, 'e spec.provider_specs.mock.type: ', 'claude'],
    [{ role: 'video' }, 'e spec.provider_specs.mock.role: ', ''],
    [{ role: 'tts' }, 'w spec.provider_specs.mock.role: ', ''],
    [
      { include_raw_output: true },
      'w spec.provider_specs.mock.include_raw_output: ',
      '',
    ],
  ])('provider: %j', async (provider, expected, suggestion) => {
    const [found, ...more] = await lint({ provider });
    expect(more).toEqual([]);
    expect(found).toContain(expected);
    expect(found).toContain(suggestion);
  });

  it('tells which judges and simulated users are tested themselves', async () => {
    const more = { judges: [{ name: 'j', provider: 'mock' }] };
    expect(await lint({ ...withTurn({}), more })).toEqual(
      one(
        'w spec.judges[0].provider: Judge "j": the provider "mock" is also tested',
      ),
    );
    expect(
      await lint({ ...withTurn({}, { provider_group: 'default' }), more: {} }),
    ).toEqual([]);
  });

  it.each([
    [
      { mock_result: { a: 1 }, mock_template: '{{.x}}' },
      'w spec.tool_specs.t.mock_result: ',
    ],
    [{ mock_template: '{{if}}' }, 'e spec.tool_specs.t.mock_template: '],
    [
      { input_schema: { type: 'objekt' } },
      'e spec.tool_specs.t.input_schema: ',
    ],
    [
      { output_schema: { required: ['b'] }, mock_result: { a: 1 } },
      'e spec.tool_specs.t.mock_result: mock_result does not fit output_schema',
    ],
    [{ http: { url: 'x' } }, 'w spec.tool_specs.t.http: '],
    [{ mode: 'live' }, 'e spec.tool_specs.t.mode: '],
  ])('tool: %j', async (fields, expected) => {
    const t = {
      description: 'd',
      input_schema: {},
      output_schema: {},
      mode: 'mock',
      ...fields,
    };
    expect(await lint({ more: { tool_specs: { t } } })).toEqual(one(expected));
  });

  it('looks at simulated users', async () => {
    const persona = { description: 'd', goals: ['g'] };
    const more = {
      provider_specs: {
        mock: { type: 'mock' },
        guest: { type: 'mock', role: 'llm' },
      },
      self_play: {
        roles: [{ id: 'guest', provider: 'guest' }],
        persona_specs: { kind: { ...persona, prompt_activity: 'x' } },
      },
    };
    const spec = withTurn(
      { role: 'guest', persona: 'kindd', turns: 2, max_turns: 2 },
      { providers: ['mock'] },
    );
    const found = await lint({ ...spec, more });
    expect(found).toEqual([
      expect.stringContaining(`w ${AT}.content: `),
      expect.stringContaining(`e ${AT}.persona: Persona "kindd" does not`),
      expect.stringContaining(`w ${AT}.max_turns: `),
      expect.stringContaining(
        'e spec.self_play.persona_specs.kind.prompt_activity: ',
      ),
    ]);
  });

  it('looks at evaluations of saved conversations', async () => {
    const contains = { type: 'contains', params: { patterns: ['a'] } };
    const item = {
      description: 'd',
      recording: { path: 'a.transcript.yaml' },
      turns: [{ all_turns: { assertions: [contains, { type: 'nothing' }] } }],
      conversation_assertions: [contains],
    };
    const files = { 'a.transcript.yaml': 'messages: []\n' };
    expect(await lint({ more: { eval_specs: { one: item } } }, files)).toEqual([
      expect.stringContaining(
        'w spec.eval_specs.one.turns[0].all_turns.assertions: ',
      ),
      expect.stringContaining(
        'e spec.eval_specs.one.turns[0].all_turns.assertions[1].type: ',
      ),
    ]);
  });

  it('looks at workflows', async () => {
    const workflow = {
      entry: 'start',
      states: {
        start: { prompt_task: 'chat', on_event: { Done: 'end' } },
        end: { prompt_task: 'chat', terminal: true },
      },
    };
    const check = { type: 'state_is', params: { state: 'ende' } };
    const spec = { ...withCheck(check), more: { workflow } };
    expect(await lint(spec)).toEqual(
      one(`w ${CHECK}.params.state: The workflow has no state "ende"`),
    );
    const other = {
      ...withTurn({}, { task_type: 'chatt' }),
      more: { workflow },
    };
    expect(await lint(other)).toEqual(
      one('e spec.scenario_specs.one.task_type: No state has the prompt_task'),
    );
    const streamed = {
      ...withTurn({}, { streaming: true }),
      more: { workflow },
    };
    expect(await lint(streamed)).toEqual(
      one('w spec.scenario_specs.one.streaming: '),
    );
  });

  it('looks at agents that answer by rules', async () => {
    const agent = {
      name: 'a',
      card: { name: 'a', skills: [{ id: 's' }] },
      responses: [
        { skill: 's', match: { contains: 'x' }, error: 'no' },
        { skill: 't', response: { parts: [{ text: 'yes' }] } },
      ],
    };
    expect(await lint({ more: { a2a_agents: [agent] } })).toEqual([
      expect.stringContaining('w spec.a2a_agents[0].responses[0].match: '),
      expect.stringContaining('w spec.a2a_agents[0].responses[1].skill: '),
    ]);
  });

  it('misses judges', async () => {
    const check = { type: 'llm_judge', params: { criteria: 'Good?' } };
    expect(await lint(withCheck(check))).toEqual(
      one(`w ${CHECK}.type: The arena file names no judge`),
    );
  });

  it('reads mock files', async () => {
    const found = await lint(withTurn({}), {
      'mock.yaml': `default_response: Hello.
scenarios:
  onee: {turns: {1: Hi.}}
  one:
    turns:
      0: Never.
      1: {text: a, response: b}
      2: {tool_calls: [{name: nothing}]}
      3: {content: a, parts: [{type: text, text: b}]}
      4: 17
`,
    });
    expect(found).toEqual([
      'w default_response: "default_response" is not read: known are defaultResponse, scenarios, selfplay ?defaultResponse',
      'w scenarios.onee: The bundle has no scenario "onee" ?one',
      expect.stringContaining('w scenarios.one.turns.0: Answers are numbered'),
      'w scenarios.one.turns.1.response: response has no effect: text takes its place',
      expect.stringContaining('w scenarios.one.turns.2.tool_calls: '),
      expect.stringContaining('w scenarios.one.turns.3.parts: '),
      'e scenarios.one.turns.4: An answer is a text or a map',
    ]);
  });

  it('names a mock file that does not exist, and scripts that a judge never speaks', async () => {
    const missing = { additional_config: { mock_config: 'gone.yaml' } };
    expect(await lint({ provider: missing })).toEqual(
      one('e spec.provider_specs.mock.additional_config.mock_config: '),
    );
    const judged = await lint(
      {
        ...withTurn({}, { provider_group: 'other' }),
        more: { judges: [{ name: 'j', provider: 'mock' }] },
      },
      { 'mock.yaml': 'scenarios: {one: {turns: {1: a}}}\n' },
    );
    expect(judged).toContainEqual(
      expect.stringContaining('w scenarios: A judge is asked outside'),
    );
  });
});
