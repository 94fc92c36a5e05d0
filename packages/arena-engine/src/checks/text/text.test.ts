import {
  CheckCase,
  expectedOf,
  outcomesOf,
  said,
} from '../__testUtils__/checkInput';

describe('Checks of the text of replies', () => {
  it.each<CheckCase>([
    ['contains', { patterns: ['ROSE', 'tulip'] }, said('a rose'), 0.5],
    ['content_includes', { patterns: ['rose'] }, said('rose', 'none'), 0],
    ['contains', { patterns: ['ΟΔΟΣ'] }, said('οδος'), 0],
    ['contains', {}, said('x'), 'invalid', 0],
    ['contains_any', { patterns: ['rose', 'x'] }, said('rose', 'none'), 1],
    ['contains_any', { patterns: ['x'] }, said('rose'), 0],
    ['content_excludes', { patterns: ['bad'] }, said('BAD', 'good'), 0],
    [
      'content_excludes',
      { patterns: ['class'], match_mode: 'word_boundary' },
      said('classroom'),
      1,
    ],
    [
      'content_excludes',
      { patterns: ['a.b'], match_mode: 'word_boundary' },
      said('axb'),
      1,
    ],
    ['banned_words', { patterns: ['class'] }, said('classroom'), 0],
    ['regex', { pattern: '^a.c$' }, said('abc'), 1],
    ['regex', { pattern: 'b', expect_match: false }, said('abc'), 0],
    ['regex', { pattern: '(?=b)' }, said('abc'), 'invalid', 0],
    ['regex', { pattern: '(?<=a)b' }, said('abc'), 'invalid', 0],
    ['regex', { pattern: '(a+)+$' }, said(`${'a'.repeat(50_000)}!`), 0],
    ['min_length', { min: 8 }, said('éé'), 0.5],
    ['min_length', {}, said('x'), 'invalid', 1],
    ['max_length', { max: 2 }, said('éé'), 0.5],
    ['max_length', { max_tokens: 1 }, said('12345678'), 0.5],
    ['max_length', { max: 10 }, said(''), 1],
    ['sentence_count', { max: 2 }, said('One. Two! Three? Four.'), 0.5, 1],
    ['field_presence', { fields: ['name', 'age'] }, said('Name: x'), 0.5],
    ['cosine_similarity', { reference: [1] }, said('x'), 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
