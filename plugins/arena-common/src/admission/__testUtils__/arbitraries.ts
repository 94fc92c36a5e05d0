import { JsonObject, JsonValue } from '@backstage/types';
import fc from 'fast-check';
import { StructuralSchema } from '../../resources/crd';

const WORDS = [
  '',
  'a',
  'gpt4-prod',
  '30s',
  '1h30m',
  '0.5',
  'UTC',
  'Bad Name',
  '*.yaml',
  '../x',
];

/** Anything that could stand where something else is expected. */
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, 1e12, '', [], {}),
  fc.string({ maxLength: 5 }),
) as fc.Arbitrary<JsonValue>;

/** Values that mostly, but not always, fit a schema. */
export function valuesOf(schema: StructuralSchema): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    { weight: 200, arbitrary: fittingOf(schema) },
    { weight: 1, arbitrary: anything },
  );
}

function fittingOf(schema: StructuralSchema): fc.Arbitrary<JsonValue> {
  switch (schema.type) {
    case 'string':
      return schema.enum ? fc.constantFrom(...schema.enum) : textsOf(schema);
    case 'integer': {
      const min = schema.minimum ?? -5;
      const max = Math.min(schema.maximum ?? Infinity, min + 20);
      return fc.oneof(
        { weight: 50, arbitrary: fc.integer({ min, max }) },
        { weight: 1, arbitrary: fc.constant(min - 1) },
      );
    }
    case 'number':
      return fc.double({
        min: -1,
        max: 101,
        noNaN: true,
        noDefaultInfinity: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(schema.items ? valuesOf(schema.items) : anything, {
        maxLength: 3,
      });
    default:
      return objectsOf(schema);
  }
}

function textsOf(schema: StructuralSchema): fc.Arbitrary<string> {
  const pattern = new RegExp(schema.pattern ?? '');
  const fitting = WORDS.filter(word => word && pattern.test(word));
  return fc.oneof(
    { weight: 50, arbitrary: fc.constantFrom('a', ...fitting) },
    { weight: 1, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  );
}

function objectsOf(schema: StructuralSchema): fc.Arbitrary<JsonValue> {
  if (schema.additionalProperties) {
    return fc.dictionary(
      fc.constantFrom('default', 'judge', 'x y'),
      valuesOf(schema.additionalProperties),
      { maxKeys: 3, noNullPrototype: true },
    ) as fc.Arbitrary<JsonObject>;
  }
  const { properties = {}, required = [] } = schema;
  const record = fc.record(
    Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        required.includes(name)
          ? valuesOf(property)
          : fc.oneof(
              { weight: 3, arbitrary: fc.constant(undefined) },
              { weight: 1, arbitrary: valuesOf(property) },
            ),
      ]),
    ),
  );
  return record.map(value => JSON.parse(JSON.stringify(value)) as JsonObject);
}
