import {
  call,
  called,
  CheckCase,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';

const activate = (name: string) => call('skill__activate', { name });
const failed = (name: string) =>
  call('skill__activate', { name }, { error: 'unknown skill' });

describe('skill checks', () => {
  it.each<CheckCase>([
    ['skill_activated', { skill_names: ['a'] }, called(activate('a')), 1],
    [
      'skill_activated',
      { skill_names: ['a', 'b'] },
      called(activate('a')),
      0.5,
    ],
    ['skill_activated', { skill_names: ['a'] }, called(failed('a')), 0],
    [
      'skill_activated',
      { skill_names: ['a'], min_calls: 2 },
      called(activate('a')),
      0,
    ],
    [
      'skill_activated',
      { skill_names: ['a'], min_calls: 2 },
      called(activate('a'), activate('a')),
      1,
    ],
    ['skill_activated', {}, called(activate('a')), 'invalid', 0],
    ['skill_activated', { skill_names: ['a'] }, called(call('a')), 0],
    ['skill_not_activated', { skill_names: ['b'] }, called(activate('a')), 1],
    ['skill_not_activated', { skill_names: ['a'] }, called(activate('a')), 0],
    [
      'skill_activation_order',
      { sequence: ['a', 'c'] },
      called(activate('a'), activate('b'), activate('c')),
      1,
    ],
    [
      'skill_activation_order',
      { sequence: ['c', 'a'] },
      called(activate('a'), activate('c')),
      0.5,
    ],
    ['skill_activation_order', { sequence: [] }, called(), 1],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
