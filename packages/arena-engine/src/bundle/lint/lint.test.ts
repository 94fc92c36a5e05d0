import { readdirSync } from 'node:fs';
import path from 'node:path';
import { arena, removeBundles, writeBundle } from '../../__testUtils__/bundles';
import { AT, lint, one, withCheck, withTurn } from '../../__testUtils__/lint';
import { lintBundle } from '../lintBundle';
import { loadBundle } from '../loadBundle';

const EXAMPLES = path.resolve(__dirname, '../../../../../examples/bundles');

afterEach(removeBundles);

const HEAD = 'apiVersion: promptkit.altairalabs.ai/v1alpha1\n';

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

  it('refuses schemas of rows that are none', async () => {
    const row_schema = { type: 'nonsense' };
    const turns = [{ role: 'user', content: 'Hi' }];
    expect(
      await lint({
        more: { row_schema },
        scenarios: { one: { row_schema, turns } },
      }),
    ).toEqual([
      expect.stringMatching(/row_schema: row_schema is no JSON schema: /),
      expect.stringMatching(/row_schema: row_schema is no JSON schema: /),
    ]);
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
  task_type: ''
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
      'error one.yaml:11:17 contains',
      'error one.yaml:16:22 ',
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

  it('says what only the original leaves out to whoever validates, not to whoever runs', async () => {
    const folder = await writeBundle({
      'config.arena.yaml': arena({
        ...withTurn({}, { trials: 3 }),
        provider: { additional_config: undefined },
        more: { defaults: { concurrency: 4 } },
      }),
    });
    expect(await lintBundle(folder)).toMatchObject([
      { severity: 'warning', field: 'spec.defaults.concurrency' },
      { severity: 'warning', field: 'spec.scenario_specs.one.trials' },
    ]);
    expect((await loadBundle(folder)).warnings).toEqual([]);
  });
});
