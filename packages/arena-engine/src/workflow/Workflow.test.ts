import {
  arena,
  executeItem,
  removeBundles,
  writeBundle,
} from '../__testUtils__/bundles';

afterEach(removeBundles);

const prompt = (taskType: string, more = {}) => ({
  task_type: taskType,
  version: 'v1',
  description: taskType,
  system_template: `You are ${taskType}.`,
  ...more,
});

const call = (name: string, args: Record<string, unknown>) => ({
  tool_calls: [{ name, arguments: args }],
});
const move = (event: string, context = 'because') =>
  call('workflow__transition', { event, context });

async function play(options: {
  turns: Array<Record<string, unknown>>;
  replies: Record<number, unknown>;
  prompts?: Record<string, unknown>;
  states?: Record<string, unknown>;
  scenario?: Record<string, unknown>;
  compat?: boolean;
}) {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: {
        s: { task_type: 'one', ...options.scenario, turns: options.turns },
      },
      more: {
        prompt_specs: {
          one: prompt('one'),
          two: prompt('two'),
          ...options.prompts,
        },
        workflow: {
          version: 1,
          entry: 'one',
          states: {
            one: {
              prompt_task: 'one',
              on_event: { Next: 'two' },
              artifacts: { note: { type: 'text/plain' } },
            },
            two: { prompt_task: 'two', on_event: { Back: 'one' } },
            ...options.states,
          },
        },
      },
    }),
    'mock.yaml': { scenarios: { s: { turns: options.replies } } },
  });
  return executeItem(folder, { compat: options.compat });
}

const says = (content: string, ...assertions: unknown[]) => ({
  role: 'user',
  content,
  ...(assertions.length > 0 ? { assertions } : {}),
});
const stateIs = (state: string) => ({ type: 'state_is', params: { state } });

describe('a workflow', () => {
  it('tells the next state what it needs to know', async () => {
    const report = await play({
      turns: [says('go', stateIs('two'))],
      replies: {
        1: call('workflow__set_artifact', { name: 'note', value: 'red' }),
        2: move('Next', 'wants red'),
        3: 'Here.',
      },
      prompts: {
        two: prompt('two', {
          system_template: 'Known: {{workflow_context}} / {{artifacts.note}}',
        }),
      },
    });
    expect(report.status).toBe('passed');
    expect(report.parsed.messages[0].content).toBe('Known: wants red / red');
  });

  it('lets the next state speak with its own tools and guardrails', async () => {
    const report = await play({
      turns: [says('go')],
      replies: { 1: move('Next'), 2: 'A secret.' },
      prompts: {
        one: prompt('one', {
          validators: [{ type: 'banned_words', params: { words: ['secret'] } }],
        }),
      },
    });
    expect(report.parsed.messages.at(-1)?.content).toBe('A secret.');
  });

  it('ends the turn where the next state is external, and lets it speak in the next one', async () => {
    const report = await play({
      turns: [says('go', stateIs('out')), says('and?')],
      replies: { 1: move('Out'), 3: 'Outside.' },
      states: {
        one: { prompt_task: 'one', on_event: { Out: 'out' } },
        out: { prompt_task: 'two', orchestration: 'external' },
      },
    });
    expect(report.parsed.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'user',
      'assistant',
    ]);
    expect(report.parsed.messages[0].content).toBe('You are two.');
  });

  it('says why a transition is refused, and that one is under way', async () => {
    const report = await play({
      turns: [says('go')],
      replies: {
        1: move('Back'),
        2: {
          tool_calls: [
            ...move('Next').tool_calls,
            ...move('Next', 'again').tool_calls,
          ],
        },
        3: 'There.',
      },
    });
    const results = report.parsed.messages.filter(
      ({ role }) => role === 'tool',
    );
    expect(results.map(({ toolResult }) => toolResult?.error)).toEqual([
      'the state "one" has no event "Back": allowed are Next',
      undefined,
      'the transition "Next" was called for already',
    ]);
    expect(report.parsed.messages[0].content).toBe('You are two.');
  });

  it('hands over to a prompt whose variables the scenario has, and to no other', async () => {
    const options = {
      turns: [says('go')],
      replies: { 1: move('Next'), 2: 'There.' },
      prompts: {
        two: prompt('two', {
          system_template: 'For {{who}}.',
          variables: [{ name: 'who', type: 'string', required: true }],
        }),
      },
    };
    const given = { scenario: { variables: { who: 'Ann' } } };
    const ready = await play({ ...options, ...given });
    expect(ready.status).toBe('passed');
    expect(ready.parsed.messages[0].content).toBe('For Ann.');

    const missing = await play(options);
    expect(missing).toMatchObject({
      status: 'errored',
      error: {
        class: 'bundle',
        message:
          'The state "two" cannot take over with the prompt "two": the required variable "who" has no value',
      },
    });
    const original = await play({ ...options, ...given, compat: true });
    expect(original.status).toBe('errored');
  });

  it.each([
    ['other', /belongs to no state of the workflow: allowed are one, two/],
    ['two', /belongs to several states of the workflow: two, again/],
  ])('begins nowhere for the task_type %s', async (taskType, message) => {
    const report = await play({
      turns: [says('go')],
      replies: {},
      scenario: { task_type: taskType },
      states: { again: { prompt_task: 'two' } },
    });
    expect(report.status).toBe('errored');
    expect(report.error?.message).toMatch(message);
  });

  it('begins at the entry for its task_type, even when other states share it', async () => {
    const report = await play({
      turns: [says('go', stateIs('one'))],
      replies: { 1: 'Hello.' },
      states: { again: { prompt_task: 'one' } },
    });
    expect(report.status).toBe('passed');
  });

  it('does not take going round for calling the same tool again and again', async () => {
    const options = {
      turns: [says('go', stateIs('two'))],
      replies: {
        1: move('Next'),
        2: move('Back'),
        3: move('Next'),
        4: move('Back'),
        5: move('Next'),
        6: 'There.',
      },
    };
    expect((await play(options)).status).toBe('passed');
    expect((await play({ ...options, compat: true })).status).toBe('errored');
  });

  it('leaves a streamed transition to the checks, in the original', async () => {
    const spoke = { type: 'spoke_in_state', params: { state: 'two' } };
    const options = {
      turns: [says('go', stateIs('two'))],
      replies: { 1: move('Next'), 2: 'There.' },
      scenario: { streaming: true },
    };
    expect((await play({ ...options, compat: true })).status).toBe('passed');
    const silent = { ...options, turns: [says('go', spoke)] };
    expect((await play({ ...silent, compat: true })).status).toBe('errored');
    expect((await play(silent)).status).toBe('passed');
  });
});
