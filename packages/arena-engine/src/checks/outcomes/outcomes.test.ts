import {
  call,
  called,
  CheckCase,
  expectedOf,
  outcomesOf,
  said,
} from '../__testUtils__/checkInput';

describe('Outcome checks', () => {
  it.each<CheckCase>([
    [
      'outcome_equivalent',
      { metric: 'tool_calls', expected_tools: ['a'] },
      called(call('a'), call('a')),
      1,
    ],
    [
      'outcome_equivalent',
      { metric: 'content_hash', expected_content: 'x' },
      said('x '),
      0,
    ],
    [
      'directional',
      { check: 'similar_content', baseline_content: 'a b c d', threshold: 0.5 },
      said('A B c'),
      1,
      0.75,
    ],
    [
      'directional',
      { check: 'similar_content', baseline_content: 'a b', threshold: 0.9 },
      said('a c'),
      1 / 3,
    ],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
