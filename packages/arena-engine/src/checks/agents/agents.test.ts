import {
  call,
  called,
  CheckCase,
  expectedOf,
  outcomesOf,
} from '../__testUtils__/checkInput';

describe('Checks of agents', () => {
  it.each<CheckCase>([
    ['agent_invoked', { agents: ['a', 'b'] }, called(call('a')), 0.5],
    ['agent_not_invoked', { agents: ['a'] }, called(call('b')), 1],
    [
      'agent_response_contains',
      { agent: 'a', contains: 'Ok' },
      called(call('a', {}, { result: 'ok' })),
      0,
    ],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });
});
