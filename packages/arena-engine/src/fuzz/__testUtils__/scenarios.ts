import fc from 'fast-check';
import { assertions } from './checks';
import {
  fields,
  key,
  FreeMap,
  list,
  mapOf,
  mostly,
  name,
  text,
  value,
} from './values';

const flag = fc.boolean();

const part = fields(
  { type: fc.constantFrom('text', 'image', 'document') },
  {
    text,
    media: fields(
      {},
      {
        data: fc.constantFrom('AAAA', '!', ''),
        file_path: fc.constantFrom(
          'saved.json',
          '../x',
          '/dev/zero',
          'a\u0000b',
        ),
        mime_type: text,
      },
    ),
  },
);

const turn: fc.Arbitrary<FreeMap> = fc.oneof(
  {
    weight: 5,
    arbitrary: fields(
      { role: fc.constant('user'), content: text },
      {
        parts: mostly(fc.constant([]), list(part)),
        assertions,
        streaming: flag,
        consent_overrides: mapOf(fc.constantFrom('grant', 'deny', 'timeout')),
        chaos: fields({
          tool_failures: list(
            fields(
              { tool: name, mode: fc.constantFrom('error', 'timeout') },
              { probability: fc.constantFrom(0, 0.5, 1), message: text },
            ),
          ),
        }),
        perturbations: mapOf(list(fc.oneof(text, fc.constantFrom(1, 1e300)))),
      },
    ),
  },
  {
    weight: 2,
    arbitrary: fields(
      {
        persona: mostly(key, fc.constant('nobody')),
        role: mostly(fc.constant('player'), fc.constantFrom('a', '')),
      },
      {
        turns: fc.constantFrom(1, 2, -1),
        max_turns: fc.constantFrom(1, 4, -1),
        assertions,
      },
    ),
  },
);

const toolPolicy = fields(
  {
    tool_choice: fc.constantFrom('auto', 'required', 'none'),
    max_tool_calls_per_turn: fc.constant(0),
    max_total_tool_calls: fc.constant(0),
  },
  {
    blocklist: list(name),
    max_rounds: fc.constantFrom(1, 3, -1),
    max_cost_usd: mostly(fc.constant(5), fc.constant(0.0001)),
    max_identical_tool_calls: fc.constantFrom(1, 2),
  },
);

const contextPolicy = fields(
  {},
  {
    token_budget: fc.constantFrom(0, 1, 10, 1_000, -5),
    reserve_for_output: fc.constantFrom(0, 5),
    strategy: fc.constantFrom('oldest', 'summarize', 'fail', 'nothing'),
  },
);

export const scenario: fc.Arbitrary<FreeMap> = fields(
  { description: text, task_type: key, turns: list(turn, 3) },
  {
    conversation_assertions: assertions,
    providers: mostly(fc.constant(['mock']), fc.constant(['nobody'])),
    provider_group: name,
    streaming: flag,
    trials: fc.constantFrom(0, 1, 2),
    variables: mapOf(text),
    tool_policy: toolPolicy,
    context_policy: mostly(fc.constant({}), contextPolicy),
    context_metadata: fields({}, { domain: text, user_role: text }),
    seed_memories: list(
      fields(
        { content: text },
        {
          type: text,
          confidence: fc.constantFrom(0, 1, 7),
          metadata: mapOf(value),
        },
      ),
    ),
    required_capabilities: mostly(
      fc.constant(['text']),
      fc.constant(['vision']),
    ),
  },
);

const args: fc.Arbitrary<FreeMap> = fc.oneof(
  mapOf(value),
  fields(
    {},
    {
      event: name,
      context: text,
      name,
      value: text,
      query: text,
      content: text,
      limit: value,
      path: text,
    },
  ),
);

const toolName = fc.oneof(
  name,
  fc.constantFrom(
    'memory__recall',
    'memory__remember',
    'memory__list',
    'memory__forget',
    'workflow__transition',
    'workflow__set_artifact',
    'skill__activate',
    'skill__read_resource',
    'skill__deactivate',
    'a2a__a__a',
    'a2a__constructor__a',
  ),
);

/** @param odd - values of wrong types are among the right ones */
function mockFileOf(odd: boolean): fc.Arbitrary<FreeMap> {
  const orOdd = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
    odd ? mostly(usual, value) : usual;
  const reply = orOdd(
    fc.oneof(
      text,
      fields(
        {
          tool_calls: list(
            fields({ name: orOdd(toolName) }, { arguments: orOdd(args) }),
            3,
          ),
        },
        { content: text },
      ),
    ),
  );
  const number = fc.constantFrom(...'12345', ...(odd ? ['x', '-1'] : []));
  const script = fields(
    {},
    {
      turns: fc.dictionary(number, reply, { maxKeys: 5 }),
      steps: mapOf(reply),
      defaultResponse: orOdd(text),
    },
  );
  return fields(
    {},
    {
      defaultResponse: text,
      scenarios: mapOf(script, 5),
      selfplay: mapOf(script),
    },
  );
}

/** The file with the answers of the mock provider. */
export const mockFile = mostly(mockFileOf(false), mockFileOf(true));
