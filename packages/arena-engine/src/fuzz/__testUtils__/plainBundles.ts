import fc from 'fast-check';
import { arena } from '../../__testUtils__/bundles';
import { BundleFiles } from './bundleFiles';
import { fields, FreeMap, list } from './values';

/** Replies without placeholders: those of the original become templates. */
const WORDS = ['yes', 'no', 'rye bread', '{"a": 1}', '[1, 2]', 'é ü', ''];

const word = fc.constantFrom(...WORDS);
const words = fc.array(word.filter(Boolean), { minLength: 1, maxLength: 3 });

const check = (type: string, params: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({
    type: fc.constant(type),
    params: fields(params, { min_score: fc.constantFrom(0.5, 1) }),
  });

/** Checks that are right and that no quirk is about. */
const assertion: fc.Arbitrary<FreeMap> = fc.oneof(
  check('content_includes', { patterns: words }),
  check('content_includes_any', { patterns: words }),
  check('content_not_includes', { patterns: words }),
  check('content_matches', {
    pattern: fc.constantFrom('^y', 'e.', '\\d', '$'),
  }),
  check('min_length', { min: fc.integer({ min: 1, max: 12 }) }),
  check('max_length', { max: fc.integer({ min: 1, max: 12 }) }),
  check('is_valid_json', {}),
  check('json_schema', {
    schema: fc.constantFrom<FreeMap>(
      { type: 'object', required: ['a'] },
      { type: 'array', items: { type: 'integer' } },
    ),
  }),
  check('tools_called', { tools: fc.constantFrom(['tool'], ['other']) }),
  check('tools_not_called', { tools: fc.constantFrom(['tool'], ['other']) }),
  check('tool_calls_with_args', {
    tool_name: fc.constant('tool'),
    expected_args: fc.constantFrom<FreeMap>({ n: 1 }, { n: 2 }),
  }),
  check('tool_result_includes', {
    tool: fc.constant('tool'),
    patterns: fc.constantFrom(['done'], ['missing']),
  }),
  fc.constant({ type: 'no_tool_errors' }),
);

interface Talk {
  /** What the model answers, turn by turn. */
  replies: string[];
  /** Argument of a tool call that comes before the first reply. */
  call: unknown;
  checks: FreeMap[][];
  atEnd: FreeMap[];
  streaming: boolean;
}

const talk: fc.Arbitrary<Talk> = fc.record({
  replies: fc.array(word, { minLength: 1, maxLength: 3 }),
  call: fc.option(fc.constantFrom<unknown>(1, '2', 'many'), { nil: undefined }),
  checks: fc.array(list(assertion), { minLength: 3, maxLength: 3 }),
  atEnd: list(assertion, 3),
  streaming: fc.boolean(),
});

function scenarioOf({ replies, checks, atEnd, streaming }: Talk): FreeMap {
  return {
    streaming,
    turns: replies.map((_, index) => ({
      role: 'user',
      content: `Turn ${index}`,
      assertions: checks[index],
    })),
    conversation_assertions: atEnd,
  };
}

function scriptOf({ replies, call }: Talk): FreeMap {
  const calls =
    call === undefined
      ? []
      : [{ tool_calls: [{ name: 'tool', arguments: { n: call } }] }];
  const answers = [...calls, ...replies];
  return {
    turns: Object.fromEntries(
      answers.map((reply, index) => [index + 1, reply]),
    ),
  };
}

/** Sound bundles that have nothing in them about which the modes differ. */
export const plainBundle: fc.Arbitrary<BundleFiles> = fc
  .array(talk, { minLength: 1, maxLength: 4 })
  .map(talks => {
    const named = talks.map((each, index) => [`talk${index}`, each] as const);
    return {
      'config.arena.yaml': arena({
        prompt: { allowed_tools: ['tool'] },
        scenarios: Object.fromEntries(
          named.map(([name, each]) => [name, scenarioOf(each)]),
        ),
        more: {
          tool_specs: {
            tool: {
              description: 'x',
              mode: 'mock',
              input_schema: {
                type: 'object',
                properties: { n: { type: 'integer' } },
              },
              output_schema: { type: 'object' },
              mock_result: { state: 'done' },
            },
          },
        },
      }),
      'mock.yaml': {
        scenarios: Object.fromEntries(
          named.map(([name, each]) => [name, scriptOf(each)]),
        ),
      },
    };
  });
