import { joinAnswer } from './AgentTurn';

describe('joinAnswer', () => {
  it.each([
    ['nothing was streamed', '', 'all of it', 'all of it'],
    ['the end says nothing', 'all of it', '', 'all of it'],
    ['the end repeats everything', 'all of it', 'all of it', 'all of it'],
    ['the end begins anew', 'all', 'all of it', 'all of it'],
    ['the end repeats the last part', 'all of it', 'of it', 'all of it'],
    ['the end brings the rest', 'all ', 'of it', 'all of it'],
  ])('says everything once when %s', (_, streamed, last, whole) => {
    expect(joinAnswer(streamed, last)).toBe(whole);
  });
});
