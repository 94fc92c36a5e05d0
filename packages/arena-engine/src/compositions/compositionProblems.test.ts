import { arena, removeBundles, writeBundle } from '../__testUtils__/bundles';
import { loadBundle } from '../bundle/loadBundle';

afterEach(removeBundles);

async function problemsOf(composition: unknown): Promise<string[]> {
  const folder = await writeBundle({
    'config.arena.yaml': arena({
      scenarios: { s: { turns: [{ role: 'user', content: 'Hi' }] } },
      more: {
        compositions: { c: composition },
        tool_specs: {
          echo: {
            description: 'Echo',
            mode: 'mock',
            input_schema: {},
            output_schema: {},
          },
        },
      },
    }),
    'mock.yaml': 'defaultResponse: hi',
    'form.json': '{"type": "object"}',
    'broken.json': '{"type": ',
  });
  return loadBundle(folder).then(
    () => [],
    error =>
      error.problems.map(
        ({ field, message, file }: Record<string, string>) =>
          `${(field ?? file).replace('spec.compositions.c.', '')}: ${message}`,
      ),
  );
}

const ask = { id: 'ask', kind: 'prompt', prompt_task: 'chat' };
const more = { id: 'more', kind: 'prompt', prompt_task: 'chat' };
const test = { path: '${input}', op: 'equals', value: 'x' };

describe('a composition', () => {
  it('is taken when its steps have what they need', async () => {
    expect(
      await problemsOf({
        version: 1,
        output: 'both',
        steps: [
          { ...ask, output_schema: 'form.json' },
          { id: 'way', kind: 'branch', predicate: test, then: 'more' },
          { ...more, input: 'About ${ask.output.kind}', depends_on: ['ask'] },
          {
            id: 'both',
            kind: 'parallel',
            branches: [
              {
                id: 'l',
                kind: 'tool',
                tool: 'echo',
                args: { a: '${input.b}' },
              },
              { ...ask, id: 'r', kind: 'agent', tools: ['echo', 'e*'] },
            ],
            reduce: { strategy: 'append', into: 'all' },
          },
        ],
      }),
    ).toEqual([]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ steps: [] }, 'spec.compositions.c: There are no steps'],
    [
      { steps: [ask], output: 'x' },
      'output: There is no step "x": allowed are ask',
    ],
    [{ steps: [ask, ask] }, 'steps[1].id: Two steps have the id "ask"'],
    [
      { steps: [{ ...ask, id: 'input' }] },
      'steps[0].id: A step cannot be called "input": references to it lead to what the user said',
    ],
    [
      { steps: [{ ...ask, prompt_task: 'x' }] },
      'steps[0].prompt_task: There is no task_type "x": allowed are chat',
    ],
    [
      { steps: [{ id: 'ask', kind: 'prompt' }] },
      'steps[0].prompt_task: Required field is missing: a task_type is expected, allowed are chat',
    ],
    [
      { steps: [{ id: 't', kind: 'tool', tool: 'x' }] },
      'steps[0].tool: There is no tool "x": allowed are echo',
    ],
    [
      { steps: [{ ...ask, kind: 'agent', tools: ['x'] }] },
      'steps[0].tools[0]: There is no tool "x": allowed are echo',
    ],
    [
      { steps: [{ ...ask, input: '${more.output}' }, more] },
      'steps[0].input: There is no earlier step "more": allowed are input',
    ],
    [
      { steps: [{ ...ask, depends_on: ['more'] }, more] },
      'steps[0].depends_on[0]: There is no earlier step "more": allowed are none',
    ],
    [
      {
        steps: [
          ask,
          { id: 'way', kind: 'branch', predicate: test, then: 'ask' },
        ],
      },
      'steps[1].then: There is no later step "ask": allowed are none',
    ],
    [
      { steps: [{ id: 'way', kind: 'branch', then: 'more' }, more] },
      'steps[0]: A branch needs a predicate',
    ],
    [
      {
        steps: [
          {
            id: 'way',
            kind: 'branch',
            predicate: { all_of: [test, { not: { path: '${x.output}' } }] },
            then: 'more',
          },
          more,
        ],
      },
      'steps[0].predicate.all_of[1].not: A condition needs all_of, any_of, not, or a path with op or exists',
    ],
    [
      { steps: [{ id: 'p', kind: 'parallel', branches: [ask] }] },
      'steps[0]: A parallel step needs at least two branches',
    ],
    [
      { steps: [{ ...ask, output_schema: 'missing.json' }] },
      'steps[0].output_schema: File "missing.json" does not exist in the bundle',
    ],
    [
      { steps: [{ ...ask, output_schema: '../form.json' }] },
      expect.stringMatching(
        /steps\[0\].output_schema: File .* (exist|outside)/,
      ),
    ],
    [
      { steps: [{ ...ask, output_schema: 'broken.json' }] },
      expect.stringMatching(/^broken.json: Invalid YAML/),
    ],
    [
      { steps: [{ ...ask, output_schema: { type: 'thing' } }] },
      'steps[0].output_schema: invalid schema.type: "thing" is no type',
    ],
    [
      { steps: [{ ...ask, retries: 3 }] },
      expect.stringMatching(/^steps\[0\].retries: Unknown field "retries"/),
    ],
  ])('%j is refused', async (composition, expected) => {
    expect(await problemsOf(composition)).toEqual([expected]);
  });
});
