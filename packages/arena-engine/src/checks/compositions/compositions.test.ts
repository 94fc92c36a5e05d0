import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';

const done = checkInput({
  composition: {
    steps: new Map<string, unknown>([
      ['ask', 'Mix well'],
      ['scale', { b: 1, a: ['x'] }],
      ['nothing', null],
    ]),
    branches: new Map([['route', 'bake']]),
    parallels: new Map([
      ['both', { finished: ['left', 'right'], all: ['left', 'right'] }],
      ['half', { finished: ['left'], all: ['left', 'right'] }],
    ]),
    output: 'Mix well',
  },
});
const none = checkInput();
const step = 'composition_step_output';

describe('composition checks', () => {
  it.each<CheckCase>([
    [step, { step: 'ask', equals: '"Mix well"' }, done, 1],
    [step, { step: 'ask', equals: 'Mix well' }, done, 0],
    [step, { step: 'ask', contains: 'Mix' }, done, 1],
    [step, { step: 'ask', contains: 'mix' }, done, 0],
    [step, { step: 'ask' }, done, 1],
    [step, { step: 'scale', equals: '{"a":["x"],"b":1}' }, done, 1],
    [step, { step: 'nothing', equals: 'null' }, done, 1],
    [step, { step: 'bake' }, done, 0],
    [step, { step: 'ask' }, none, 0],
    [step, {}, done, 'invalid', 0],
    ['composition_output', {}, done, 1],
    ['composition_output', { contains: 'well' }, done, 1],
    ['composition_output', { equals: 'Mix well' }, done, 0],
    ['composition_output', {}, none, 0],
    [
      'composition_branch_taken',
      { branch: 'route', expected: 'bake' },
      done,
      1,
    ],
    [
      'composition_branch_taken',
      { branch: 'route', expected: 'cook' },
      done,
      0,
    ],
    [
      'composition_branch_taken',
      { branch: 'other', expected: 'bake' },
      done,
      0,
    ],
    ['composition_parallel_complete', { parallel: 'both' }, done, 1],
    ['composition_parallel_complete', { parallel: 'half' }, done, 0],
    ['composition_parallel_complete', { parallel: 'neither' }, done, 0],
    [
      'assertion',
      {
        eval_type: 'composition_output',
        eval_params: { contains: 'Mix', min_score: 0.1 },
      },
      done,
      'invalid',
      0,
    ],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
