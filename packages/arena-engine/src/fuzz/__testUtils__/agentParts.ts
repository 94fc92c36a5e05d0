import fc from 'fast-check';
import { assertion, assertions } from './checks';
import {
  fields,
  FreeMap,
  list,
  mapOf,
  mostly,
  forAllKeys,
  name,
  key,
  text,
  value,
} from './values';

const flag = fc.boolean();
const small = fc.integer({ min: 0, max: 4 });

const schema: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'object' }) },
  {
    weight: 2,
    arbitrary: fields(
      { type: fc.constantFrom('object', 'array', 'nothing') },
      {
        properties: mapOf(
          fc.constantFrom(
            { type: 'integer' },
            { type: 'string', enum: ['a'] },
            { $ref: '#' },
            { pattern: '(a+)+$' },
          ),
        ),
        required: list(name),
        additionalProperties: flag,
      },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(true, false, { $ref: '#/x' }),
  },
);

const toolNames: fc.Arbitrary<string> = fc.oneof(
  name,
  fc.constantFrom(
    'a*',
    '*',
    'memory__recall',
    'workflow__transition',
    'skill__activate',
    'a2a__a__a',
  ),
);

export const prompt: fc.Arbitrary<FreeMap> = fields(
  {
    version: fc.constant('v1'),
    description: text,
    system_template: text,
  },
  {
    variables: list(
      fields(
        { name },
        {
          required: mostly(fc.constant(false), flag),
          default: fc.oneof(text, value),
          type: text,
        },
      ),
    ),
    fragments: mostly(
      fc.constant([]),
      list(fields({ name }, { required: flag }), 1),
    ),
    allowed_tools: list(toolNames, 3),
    validators: list(
      fields(
        {
          type: mostly(
            fc.constantFrom('banned_words', 'max_length', 'content_excludes'),
            fc.constantFrom('regex_match', 'llm_judge', 'nothing'),
          ),
        },
        {
          params: fields(
            {},
            {
              words: list(text),
              patterns: list(text),
              max: mostly(fc.nat(40), fc.constantFrom<unknown>(-1, 'x')),
              pattern: text,
              direction: fc.constantFrom('input', 'output', 'both', 'up'),
            },
          ),
          message: text,
          enabled: flag,
        },
      ),
    ),
    parameters: fields({}, { temperature: fc.constantFrom(0, 1) }),
    evals: list(fields({ id: name, type: name }), 1),
  },
);

export const tool: fc.Arbitrary<FreeMap> = fields(
  {
    description: text,
    mode: fc.constantFrom('mock', 'mock', 'mock', 'client', 'mcp'),
    input_schema: schema,
    output_schema: schema,
  },
  {
    mock_result: value,
    mock_template: text,
    mock_parts: list(fields({ type: fc.constant('text') }, { text }), 1),
    timeout_ms: small,
  },
);

const state: fc.Arbitrary<FreeMap> = fields(
  {},
  {
    description: text,
    on_event: mapOf(key),
    terminal: mostly(fc.constant(false), flag),
    orchestration: fc.constantFrom('internal', 'external', 'hybrid'),
    skills: fc.constantFrom('none', '*', 'a', '**/x'),
    max_visits: small,
    on_max_visits: key,
    artifacts: mapOf(
      fields({}, { mode: fc.constantFrom('replace', 'append') }),
    ),
  },
);

const composed: fc.Arbitrary<FreeMap> = fields(
  {
    orchestration: fc.constant('composition'),
    composition: key,
  },
  { on_event: mapOf(key) },
);

/** Each state speaks with the prompt of its own name. */
function withTasks(states: Record<string, FreeMap>): FreeMap {
  return Object.fromEntries(
    Object.entries(states).map(([each, spec]) => [
      each,
      { prompt_task: each, ...spec },
    ]),
  );
}

export const workflow: fc.Arbitrary<FreeMap> = fields(
  {
    version: fc.constant(1),
    entry: key,
    states: forAllKeys(fc.oneof(state, state, composed)).map(withTasks),
  },
  {
    engine: fields(
      {},
      {
        budget: fields({}, { max_total_visits: small, max_tool_calls: small }),
      },
    ),
  },
);

const leafFields = {
  input: fc.oneof(text, value),
  output_schema: fc.constantFrom<unknown>({ type: 'object' }, {}, 'a.json'),
  tools: list(toolNames),
  modifiers: fields({}, { retry: fields({}, { max_attempts: small }) }),
  termination: fields({}, { max_steps: small, tool_called: name }),
};

const leaf: fc.Arbitrary<FreeMap> = fc.oneof(
  fields(
    { kind: fc.constantFrom('prompt', 'agent'), prompt_task: key },
    leafFields,
  ),
  fields(
    { kind: fc.constant('tool'), tool: fc.constantFrom('a', 'memory__list') },
    { args: mapOf(fc.oneof(text, value)) },
  ),
);

const predicate = fc.letrec(tie => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fields(
      {
        path: fc.constantFrom('${input}', '${input.a}', '${input.a.0.b}'),
        op: fc.constantFrom('equals', 'in', 'less_than', 'not_in'),
      },
      {
        value,
        exists: flag,
      },
    ),
    fields({ all_of: list(tie('any')) }),
    fields({ any_of: list(tie('any')) }),
    fields({ not: tie('any') }),
  ),
})).any;

const step: fc.Arbitrary<FreeMap> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  {
    weight: 1,
    arbitrary: fields(
      {
        kind: fc.constant('parallel'),
        branches: fc.array(leaf, { minLength: 2, maxLength: 3 }),
      },
      {
        reduce: fields(
          {},
          {
            strategy: fc.constantFrom('append', 'replace', 'barrier'),
            into: name,
          },
        ),
      },
    ),
  },
  {
    weight: 1,
    arbitrary: fields({ kind: fc.constant('branch'), predicate }),
  },
);

/** Steps with names, and branches that lead to the step after them. */
export const composition: fc.Arbitrary<FreeMap> = fc
  .array(step, { minLength: 1, maxLength: 4 })
  .map(steps => ({
    version: 1,
    steps: [
      ...steps.map((made, at) => ({
        id: `s${at}`,
        ...made,
        ...(made.kind === 'branch' ? { then: `s${at + 1}` } : {}),
        ...(Array.isArray(made.branches)
          ? {
              branches: made.branches.map((branch, index) => ({
                id: `s${at}_${index}`,
                ...branch,
              })),
            }
          : {}),
      })),
      { id: `s${steps.length}`, kind: 'prompt', prompt_task: 'chat' },
    ],
  }));

export const agent: fc.Arbitrary<FreeMap> = fields(
  {
    card: fields(
      { name },
      { skills: list(fields({ id: name }, { name: text }), 2) },
    ),
  },
  {
    responses: list(
      fields(
        {},
        {
          skill: name,
          match: fields(
            {},
            { contains: text, regex: fc.constantFrom('(a+)+$', '.*', '^$') },
          ),
          response: fields({ parts: list(fields({}, { text })) }),
          error: text,
        },
      ),
    ),
  },
);

export const skill: fc.Arbitrary<FreeMap> = fc.oneof(
  fields(
    { name: key, instructions: text },
    { description: text, preload: flag },
  ),
  fields({ path: fc.constant('skills') }, { mount_as: text }),
);

export const persona: fc.Arbitrary<FreeMap> = fields(
  {},
  {
    description: text,
    goals: list(text),
    constraints: list(text),
    style: fields({}, { verbosity: fc.constantFrom('short', 'long') }),
    system_template: text,
    required_vars: mostly(fc.constant([]), list(name)),
    optional_vars: fc.oneof(list(name), mapOf(text)),
    prompt_activity: mostly(fc.constant(undefined), name),
  },
);

export const packEval: fc.Arbitrary<FreeMap> = fc
  .tuple(
    assertion,
    fields(
      { id: name },
      {
        trigger: fc.constantFrom(
          'on_session_complete',
          'sample_sessions',
          'every_turn',
          'never',
        ),
        enabled: flag,
        sample_percentage: fc.constantFrom(0, 50, 100, -1),
        threshold: fields({}, { passed: flag, min_score: value }),
        metric: fields({}, { name: fc.oneof(text, value) }),
      },
    ),
  )
  .map(([{ type, params, when }, more]) => ({
    type,
    ...(params === undefined ? {} : { params }),
    ...(when === undefined ? {} : { when }),
    ...more,
  }));

export const evaluation: fc.Arbitrary<FreeMap> = fields(
  {
    description: text,
    recording: fields(
      {
        path: fc.constantFrom('saved.json', 'saved*.json', 'nowhere.json', '['),
      },
      {
        type: fc.constantFrom(
          'session',
          'arena_output',
          'transcript',
          'generic',
        ),
      },
    ),
  },
  {
    turns: list(fields({ all_turns: fields({ assertions }) }), 1),
    conversation_assertions: assertions,
  },
);
