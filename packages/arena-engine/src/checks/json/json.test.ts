import {
  CheckCase,
  expectedOf,
  outcomesOf,
  said,
  run,
} from '../__testUtils__/checkInput';

describe('Checks of JSON', () => {
  it.each<CheckCase>([
    ['json_valid', {}, said('{"a": 1}'), 1],
    ['json_valid', {}, said('```json\n{}\n```'), 0],
    [
      'json_valid',
      { allow_wrapped: true },
      said('See:\n```json\n{}\n```\nthere'),
      1,
    ],
    ['json_valid', { extract_json: true }, said('so {"a": "}"} there'), 1],
    [
      'json_schema',
      { schema: { type: 'object', required: ['a'] } },
      said('{"a": 1}'),
      1,
    ],
    [
      'json_schema',
      { schema: { type: 'object', required: ['a'] } },
      said('{}'),
      0,
    ],
    [
      'json_schema',
      { schema: { type: 'strng' } },
      said('{}'),
      'invalid',
      'none',
    ],
    [
      'json_path',
      { expression: 'a[].b', expected: [1, 2] },
      said('{"a": [{"b": 1}, {"b": 2}]}'),
      1,
    ],
    [
      'json_path',
      { expression: 'a', contains: ['x'] },
      said('{"a": ["y"]}'),
      0,
    ],
    ['json_path', { expression: 'a', min: 1, max: 2 }, said('{"a": 3}'), 0],
    ['json_path', { expression: 'a', min_results: 2 }, said('{"a": [1]}'), 0],
    ['json_path', { expression: 'a[' }, said('{}'), 'invalid', 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  describe('of a reply that is nested 10,000 levels deep', () => {
    const depth = 10_000;
    const deep = said(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    const schema = {
      type: 'object',
      properties: { a: { anyOf: [{ $ref: '#' }, { type: 'string' }] } },
    };
    const prose = said(`so ${deep.output} there`);

    it.each([
      ['json_valid', {}, deep],
      ['json_valid', { extract_json: true }, prose],
      ['json_schema', { schema }, deep],
      ['json_path', { expression: 'a.a', expected: 1 }, deep],
      ['json_path', { expression: 'a.a' }, deep],
    ])('%s %j ends with a reason', async (type, params, input) => {
      const { score, explanation } = await run('strict', type, params, input);
      expect([0, 1]).toContain(score);
      expect(explanation).not.toBe('');
      expect(explanation.length).toBeLessThan(1_000);
    });
  });
});
