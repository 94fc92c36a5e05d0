import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

afterEach(removeBundles);

async function problemsOf(more: Record<string, unknown>): Promise<string[]> {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { s: { turns: [{ role: 'user', content: 'Hi' }] } },
      more,
    }),
    'mock.yaml': 'defaultResponse: hi',
  });
  return loadBundle(folder).then(
    () => [],
    error =>
      error.problems.map(
        ({ field, message, suggestion = '' }: Record<string, string>) =>
          `${field}: ${message} ${suggestion}`.trim(),
      ),
  );
}

const chat = { prompt_task: 'chat', on_event: { Go: 'end' } };
const end = { prompt_task: 'chat', terminal: true };

describe('a workflow', () => {
  it('is taken when all of its names exist', async () => {
    expect(
      await problemsOf({
        workflow: { version: 1, entry: 'chat', states: { chat, end } },
      }),
    ).toEqual([]);
  });

  it.each([
    [
      { entry: 'chta', states: { chat, end } },
      'spec.workflow.entry: There is no state "chta": allowed are chat, end chat',
    ],
    [
      { entry: 'chat', states: { chat } },
      'spec.workflow.states.chat.on_event.Go: There is no state "end": allowed are chat',
    ],
    [
      { entry: 'end', states: { end: { ...end, on_max_visits: 'nil' } } },
      'spec.workflow.states.end.on_max_visits: There is no state "nil": allowed are end',
    ],
    [
      { entry: 'end', states: { end: { prompt_task: 'chatt' } } },
      'spec.workflow.states.end.prompt_task: There is no task_type "chatt": allowed are chat chat',
    ],
    [
      {
        entry: 'end',
        states: { end: { orchestration: 'composition', composition: 'x' } },
      },
      'spec.workflow.states.end.composition: There is no composition "x": allowed are none',
    ],
    [
      { entry: 'end', states: { end: { ...end, composition: 'x' } } },
      'spec.workflow.states.end.composition: composition has no effect: the state needs orchestration: composition',
    ],
    [
      { entry: 'end', states: { end }, engine: { budget: { max_visits: 3 } } },
      'spec.workflow.engine.budget.max_visits: Unknown field "max_visits": allowed are max_total_visits, max_tool_calls, max_wall_time_sec',
    ],
    [
      { entry: 'end', states: { end: { ...end, max_visit: 3 } } },
      expect.stringMatching(/Unknown field "max_visit".* max_visits$/),
    ],
  ])('%j is refused', async (workflow, expected) => {
    expect(await problemsOf({ workflow })).toEqual([expected]);
  });

  it.each([
    [{ states: {} }, /spec.workflow.entry/],
    [
      { entry: 'end', states: { end: { ...end, orchestration: 'inner' } } },
      /allowed are internal, external, hybrid, composition/,
    ],
    [
      { entry: 'end', states: { end: { ...end, max_visits: -1 } } },
      /spec.workflow.states.end.max_visits/,
    ],
  ])('%j is no workflow', async (workflow, expected) => {
    const problems = await problemsOf({ workflow });
    expect(problems.join('\n')).toMatch(expected);
  });
});
