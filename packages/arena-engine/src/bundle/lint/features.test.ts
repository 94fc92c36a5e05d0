import { removeBundles } from '../../__testUtils__/bundles';
import {
  AT,
  CHECK,
  lint,
  one,
  withCheck,
  withTurn,
} from '../../__testUtils__/lint';

afterEach(removeBundles);

describe('lintBundle, of what conversations are made with,', () => {
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

  it.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    [
      'memory',
      { type: 'no_tool_errors' },
      { memory: {} },
      `w ${CHECK}.type: In the original, recalling`,
    ],
    [
      'classifiers',
      { type: 'text_toxicity', params: { model: 'm', expected_label: 'l' } },
      {},
      `w ${CHECK}.type: No inference provider is configured`,
    ],
    [
      'tools of checks',
      { type: 'tool_call_sequence', params: { sequence: ['look'] } },
      {},
      `w ${CHECK}.params.sequence[0]: No tool of the bundle is called "look"`,
    ],
  ])('looks at %s', async (_, check, more, expected) => {
    expect(await lint({ ...withCheck(check), more })).toEqual(one(expected));
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
      'w default_response: "default_response" is not read: known are defaultResponse, scenarios, selfplay, pools ?defaultResponse',
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
