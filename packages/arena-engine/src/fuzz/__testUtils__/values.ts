import fc from 'fast-check';

/** A map of any keys. Keys such as `__proto__` are keys like any other. */
export type FreeMap = Record<string, unknown>;

/** Few names, so that references often find something, and names that mean something to JavaScript. */
export const NAMES = [
  'a',
  'b',
  'chat',
  'other',
  '__proto__',
  'constructor',
  'toString',
] as const;

export const name: fc.Arbitrary<string> = fc.constantFrom(...NAMES);

/** Names that things of a bundle can have, and be referred to by. */
export const KEYS = NAMES.filter(each => each !== '__proto__');

export const key: fc.Arbitrary<string> = fc.constantFrom(...KEYS);

/** What people write, and what they do not. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('yes', 'no', 'It is 42.', 'a b a') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      '{{a}} {{b}}',
      '{a}{b}',
      '{{a}}{{__proto__}}{{constructor}}',
      '{"a": [1, {"b": null}]}',
      '[[[[]]]]',
      '${input.a} ${input}',
      '{{.a}} {{if eq .n 3}}x{{end}}',
      '[GOAL_COMPLETE] thanks',
      'a\u0000b',
      '\ud800 alone',
      '\u2028\ufeff\u202e',
      '../../etc/passwd',
      '(a+)+$',
      '(?:a{1000}){1000}',
      '-1e999',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** Values of every type, whole and broken. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: name },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      1,
      3,
      0.5,
      1e300,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.MAX_SAFE_INTEGER + 2,
      new Date(0),
    ),
  },
  { weight: 2, arbitrary: fc.array(text, { maxLength: 3 }) },
  { weight: 2, arbitrary: mapOf(text, 3) },
  {
    weight: 1,
    arbitrary: fc.jsonValue({ maxDepth: 3, noUnicodeString: false }),
  },
);

/** A map from names to something. */
export function mapOf<T>(
  entry: fc.Arbitrary<T>,
  maxLength = 2,
): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(name, entry), {
      maxLength,
      selector: ([each]) => each,
    })
    .map(entries => Object.fromEntries(entries));
}

/** A map with these fields, each of them there or not unless it is required. */
export function fields(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<FreeMap> {
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required) },
  );
}

export function list<T>(
  entry: fc.Arbitrary<T>,
  maxLength = 2,
): fc.Arbitrary<T[]> {
  return fc.array(entry, { maxLength });
}

/** The first mostly, the second now and then. */
export function mostly<T, U>(
  usual: fc.Arbitrary<T>,
  unusual: fc.Arbitrary<U>,
): fc.Arbitrary<T | U> {
  return fc.oneof(
    { weight: 15, arbitrary: usual },
    { weight: 1, arbitrary: unusual },
  );
}

/** A map that has every key. */
export function forAllKeys<T>(
  entry: fc.Arbitrary<T>,
): fc.Arbitrary<Record<string, T>> {
  return fc
    .tuple(...KEYS.map(each => entry.map((made): [string, T] => [each, made])))
    .map(entries => Object.fromEntries(entries));
}
