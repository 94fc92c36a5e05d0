import { compileJsonSchema } from '.';

/** True or false, or "none" when the schema is none. */
function fits(schema: unknown, value: unknown): boolean | string {
  const validate = compileJsonSchema(schema);
  return typeof validate === 'string' ? 'none' : validate(value).length === 0;
}

const draft = (version: string) => ({
  $schema: `http://json-schema.org/draft-0${version}/schema#`,
});

describe('JSON schemas', () => {
  it.each<[unknown, unknown, boolean]>([
    [true, 1, true],
    [false, 1, false],
    [{ type: 'integer' }, 4.0, true],
    [{ type: ['string', 'null'] }, null, true],
    [{ multipleOf: 0.01 }, 19.99, true],
    [{ multipleOf: 0.01 }, 1.005, false],
    [{ multipleOf: 1e-8 }, 12391239123, true],
    [{ minimum: 5, exclusiveMinimum: true }, 5, false],
    [{ exclusiveMaximum: 5 }, 5, false],
    [{ maxLength: 1 }, '😀', true],
    [{ minLength: 2 }, '日', false],
    [{ enum: [] }, 1, true],
    [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }, true],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      false,
    ],
    [{ items: [true], additionalItems: false }, [1, 2], false],
    [{ contains: { type: 'string' } }, [], false],
    [{ patternProperties: { '^x': { type: 'number' } } }, { x: 'a' }, false],
    [
      { patternProperties: { '^x': {} }, additionalProperties: false },
      { x: 1 },
      true,
    ],
    [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, false],
    [{ dependencies: { a: ['b'] } }, { a: 1 }, false],
    [{ anyOf: [] }, 1, true],
    [{ oneOf: [{ type: 'number' }, { type: 'integer' }] }, 1, false],
    [{ if: { type: 'number' }, then: { minimum: 5 } }, 1, false],
    [{ if: { type: 'number' }, else: { minLength: 5 } }, 'a', false],
  ])('%j holds for %j: %s', (schema, value, expected) => {
    expect(fits(schema, value)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['date', '2024-02-30', false],
    ['date-time', '2024-01-01T00:00:00Z', true],
    ['date-time', '2024-01-01', true],
    ['date-time', '2024-01-01 00:00:00Z', false],
    ['time', '12:30:00', true],
    ['email', 'Joe <a@b.c>', true],
    ['email', 'not-an-email', false],
    ['uri', 'mailto:a@b', true],
    ['uri', 'www.example.com', false],
    ['uri', 'http://a b/', false],
    ['ipv4', '01.2.3.4', false],
    ['ipv6', '::1', true],
    ['regex', '(?=a)', false],
    ['hostname', 'a_b', false],
    ['no-such-format', 'x', true],
  ])('hold texts to the format %s: %s %s', (format, text, expected) => {
    expect(fits({ format }, text)).toBe(expected);
  });

  it.each<[string, boolean | string]>([
    ['(?i)^A', true],
    ['\\pL{3}', true],
    ['^\\w\\z', false],
    ['^(?=a)', 'none'],
    ['(', 'none'],
  ])('have patterns of the RE2 dialect: %s', (pattern, expected) => {
    expect(fits({ pattern }, 'abc')).toBe(expected);
  });

  it.each<[unknown, unknown, boolean | string]>([
    [{ ...draft('4'), const: 1 }, 2, true],
    [{ ...draft('4'), exclusiveMinimum: 5 }, 6, 'none'],
    [{ ...draft('4'), items: true }, [], 'none'],
    [{ ...draft('6'), const: 1 }, 2, false],
    [{ ...draft('6'), if: {}, then: false }, 2, true],
    [{ ...draft('7'), exclusiveMinimum: true, minimum: 1 }, 6, 'none'],
    [{ $schema: 'https://example.com/other', if: {}, then: false }, 2, false],
  ])('know the draft: %j', (schema, value, expected) => {
    expect(fits(schema, value)).toBe(expected);
  });

  it.each<[unknown, unknown, boolean | string]>([
    [{ definitions: { x: { minimum: 2 } }, $ref: '#/definitions/x' }, 1, false],
    [{ $defs: { 'a/b': false }, items: { $ref: '#/$defs/a~1b' } }, [1], false],
    [{ definitions: { x: { $id: '#x', type: 'null' } }, $ref: '#x' }, 1, false],
    [{ type: 'object', additionalProperties: { $ref: '#' } }, { a: 1 }, false],
    [
      { $ref: '#/definitions/x', definitions: { x: {} }, type: 'null' },
      1,
      true,
    ],
    [{ items: { $ref: '#/nowhere' } }, [], 'none'],
    [{ $ref: 'https://example.com/schema.json' }, 1, 'none'],
  ])('refer to their own parts: %j', (schema, value, expected) => {
    expect(fits(schema, value)).toBe(expected);
  });

  it.each<unknown>([
    'text',
    { type: 'text' },
    { type: ['string', 'string'] },
    { required: true },
    { required: ['a', 'a'] },
    { enum: [1, 1.0] },
    { multipleOf: 0 },
    { minLength: -1 },
    { minLength: 3, maxLength: 2 },
    { minimum: '5' },
    { exclusiveMinimum: true },
    { properties: [] },
    { properties: { a: { type: 'strng' } } },
    { definitions: { unused: { type: 'strng' } } },
    { title: 5 },
  ])('say what is wrong with %j', schema => {
    expect(compileJsonSchema(schema)).toMatch(/^invalid schema/);
  });

  it('leave keywords of later drafts aside', () => {
    const schema = {
      prefixItems: [{ type: 'string' }],
      minContains: 2,
      unevaluatedItems: false,
      nullable: true,
    };
    expect(fits(schema, [1])).toBe(true);
  });

  it('name the place of a fault', () => {
    const validate = compileJsonSchema({
      properties: { a: { items: { type: 'string' } } },
    });
    expect(typeof validate === 'string' || validate({ a: ['x', 1] })).toEqual([
      '#/a/1: expected string',
    ]);
  });

  it.each([
    { $ref: '#' },
    {
      definitions: { a: { allOf: [{ $ref: '#/definitions/a' }] } },
      $ref: '#/definitions/a',
    },
  ])('say that they refer to themselves without end: %j', schema => {
    const validate = compileJsonSchema(schema);
    expect(typeof validate === 'string' || validate(1)).toEqual([
      'it cannot be validated: the schema refers to itself without end',
    ]);
  });

  it('cannot be made to compute for ever', () => {
    const definitions: Record<string, unknown> = { d0: { type: 'null' } };
    for (let level = 1; level <= 40; level++) {
      const $ref = `#/definitions/d${level - 1}`;
      definitions[`d${level}`] = { anyOf: [{ $ref }, { $ref }] };
    }
    expect(fits({ definitions, $ref: '#/definitions/d40' }, 1)).toBe(false);
    expect(fits({ $ref: '#' }, 1)).toBe(false);
  });
});
