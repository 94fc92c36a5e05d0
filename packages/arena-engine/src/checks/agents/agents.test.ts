import { call, called, testCases } from '../__testUtils__/checkInput';

describe('Checks of agents', () => {
  testCases([
    ['agent_invoked', { agents: ['a', 'b'] }, called(call('a')), 0.5],
    ['agent_not_invoked', { agents: ['a'] }, called(call('b')), 1],
    [
      'agent_response_contains',
      { agent: 'a', contains: 'Ok' },
      called(call('a', {}, { result: 'ok' })),
      0,
    ],
  ]);
});
