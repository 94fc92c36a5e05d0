import fc from 'fast-check';
import { CheckDefinition } from '../../checks/Check';
import { CHECK_FAMILIES } from '../../checks/registry';
import { fields, FreeMap, list, mapOf, name, text, value } from './values';

const DEFINITIONS = CHECK_FAMILIES.flatMap(({ checks }) => checks);

/** Nobody listens there: the call fails at once. */
const NOWHERE = 'http://127.0.0.1:1/';

/** How long something took is not the same twice. */
const TIMED = new Set(['latency_budget']);

/** An assertion: mostly one that exists, with parameters from right to absurd. */
export const assertion: fc.Arbitrary<FreeMap> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc
      .constantFrom(...DEFINITIONS.filter(({ type }) => !TIMED.has(type)))
      .chain(ofDefinition),
  },
  {
    weight: 1,
    arbitrary: fields({ type: fc.oneof(text, name) }, { params: mapOf(value) }),
  },
);

export const assertions = list(assertion, 3);

function ofDefinition(definition: CheckDefinition): fc.Arbitrary<FreeMap> {
  const { type, aliases = [] } = definition;
  return fields(
    { type: fc.constantFrom(type, ...aliases), params: paramsOf(definition) },
    {
      message: text,
      when: fields(
        {},
        {
          tool_called: name,
          tool_called_pattern: fc.constantFrom('a', '.*', '(', '(a+)+$'),
          any_tool_called: fc.boolean(),
          min_tool_calls: fc.integer({ min: -1, max: 3 }),
        },
      ),
      pass_threshold: fc.constantFrom(0, 0.5, 1),
    },
  );
}

function paramsOf(definition: CheckDefinition): fc.Arbitrary<FreeMap> {
  const { example, params } = definition;
  const shape = 'shape' in params ? Object.keys(Object(params.shape)) : [];
  const names = [...new Set([...Object.keys(example), ...shape])];
  const param = (key: string): fc.Arbitrary<unknown> => {
    if (/url/.test(key)) return fc.constant(NOWHERE);
    const given: unknown = Reflect.get(example, key);
    return given === undefined
      ? value
      : fc.oneof(
          { weight: 3, arbitrary: fc.constant(given) },
          { weight: 1, arbitrary: value },
        );
  };
  return fields(
    {},
    {
      ...Object.fromEntries(names.map(key => [key, param(key)])),
      min_score: fc.constantFrom(0, 0.5, 1, 2),
      max_score: fc.constantFrom<unknown>(0, 0.5, 1, 'x'),
    },
  );
}
