import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  run,
  said,
  scriptedJudge,
} from '../__testUtils__/checkInput';

const judge = scriptedJudge('{"score": 0.7}').judge;
const judged = checkInput({ ...said('Hello.'), judge });

describe('safety checks', () => {
  it.each<CheckCase>([
    ['bias', {}, judged, 0.7],
    ['bias', {}, said('x'), 'invalid', 0],
    ['toxicity', {}, judged, 0.7],
    ['role_violation', { agent_role: 'guide' }, judged, 0.7],
    ['role_violation', {}, judged, 0.7],
    ['pii_leakage', {}, said('write to a.b@example.com'), 0],
    ['pii_leakage', {}, said('card 4111-1111 1111 1111'), 0],
    ['pii_leakage', {}, said('123-45-6789'), 0],
    ['pii_leakage', {}, said('call 555 1234'), 1],
    ['pii_leakage', {}, judged, 0.7],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it('do not ask a judge about what a pattern found', async () => {
    const script = scriptedJudge('{"score": 1}');
    const input = checkInput({ ...said('ann@example.org'), ...script });
    expect((await run('strict', 'pii_leakage', {}, input)).score).toBe(0);
    expect(script.asked).toEqual([]);
  });

  it('tell the judge the role', async () => {
    const script = scriptedJudge('{"score": 1}');
    const input = checkInput({ ...said('Ahoy'), ...script });
    await run('strict', 'role_violation', { agent_role: 'pirate' }, input);
    expect(script.asked[0].text).toContain('<role>\npirate\n</role>');
  });
});
