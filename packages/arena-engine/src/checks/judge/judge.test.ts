import { ItemStopped } from '../../conversation/errors';
import {
  call,
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  inBrief,
  run,
  said,
  scriptedJudge,
} from '../__testUtils__/checkInput';
import { CheckInput } from '../Check';
import { readJudgement } from './judgement';
import { COMPATIBLE } from '../../quirks/quirks';

const VERDICT =
  'My verdict:\n```json\n{"passed": false, "score": 0.7, "reasoning": "fine {ok}"}\n```';

function judgedBy(answer: string, values: Partial<CheckInput> = {}) {
  return checkInput({
    ...said('It opened in 1932.'),
    judge: scriptedJudge(answer).judge,
    ...values,
  });
}

const answers: CheckCase[] = [
  ['llm_judge', { criteria: 'x' }, judgedBy(VERDICT), 0.7],
  ['llm_judge', {}, judgedBy('{"score": 1}'), 1],
  ['llm_judge', {}, judgedBy('{"score": 7}'), 'invalid', 1],
  ['llm_judge', {}, judgedBy('{"score": 1.01}'), 'invalid', 1],
  ['llm_judge', {}, judgedBy('{"score": -1}'), 'invalid', 0],
  ['llm_judge', {}, judgedBy('{"score": 1e999}'), 'invalid', 1],
  ['llm_judge', {}, judgedBy('no JSON here'), 'invalid', 0.5],
  ['llm_judge', {}, judgedBy('} {'), 'invalid', 0.5],
  ['llm_judge', {}, judgedBy('{"score": "high"}'), 'invalid', 0.5],
  ['llm_judge', {}, judgedBy('{"passed": true}'), 1, 0],
  ['llm_judge', {}, judgedBy('{"reasoning": "?"}'), 'invalid', 0],
  ['llm_judge', {}, said('x'), 'invalid', 0],
  ['llm_judge_session', {}, judgedBy(VERDICT), 0.7],
  ['llm_judge_conversation', {}, judgedBy(VERDICT), 0.7],
  ['llm_judge_tool_calls', {}, said('x'), 1],
  [
    'llm_judge_tool_calls',
    { tools: ['other'] },
    checkInput({ toolCalls: [call('archive')] }),
    1,
  ],
  [
    'llm_judge_tool_calls',
    {},
    judgedBy(VERDICT, { toolCalls: [call('archive')] }),
    0.7,
  ],
  [
    'assertion',
    { eval_type: 'llm_judge', eval_params: { min_score: 0.5 } },
    judgedBy(VERDICT),
    'invalid',
    0,
  ],
];

describe('judge checks', () => {
  it.each<CheckCase>(answers)('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it('ask once, with the reply and the criteria apart from the instructions', async () => {
    const { asked, judge } = scriptedJudge(VERDICT);
    const input = checkInput({
      messages: [
        { role: 'user', content: 'When did it open?', turn: 0 },
        { role: 'assistant', content: 'In 1932.', turn: 0 },
      ],
      output: 'In 1932.',
      judge,
    });
    const outcome = await run(
      'strict',
      'llm_judge',
      { criteria: 'accurate', rubric: '1 when exact' },
      input,
    );
    expect(outcome.explanation).toBe('fine {ok}');
    expect(asked).toEqual([
      {
        system: expect.stringMatching(/"score"/),
        text: [
          '<user_message>\nWhen did it open?\n</user_message>',
          '<reply>\nIn 1932.\n</reply>',
          '<criteria>\naccurate\n</criteria>',
          '<rubric>\n1 when exact\n</rubric>',
        ].join('\n\n'),
      },
    ]);
  });

  it('ask the judge that is named, in strict runs', async () => {
    const { asked, judge } = scriptedJudge(VERDICT);
    const input = checkInput({ judge });
    await run('strict', 'llm_judge', { judge: 'critic' }, input);
    await run('compatible', 'llm_judge', { judge: 'critic' }, input);
    expect(asked.map(({ name }) => name)).toEqual(['critic', undefined]);
  });

  it('keep the form of the answer with instructions of their own', async () => {
    const { asked, judge } = scriptedJudge(VERDICT);
    await run(
      'strict',
      'llm_judge',
      { system_prompt: 'Be a pirate.' },
      checkInput({ judge }),
    );
    expect(asked[0].system).toMatch(/^Be a pirate\.\n\n.*JSON object/s);
  });

  it('show the whole conversation and the tool calls to a session judge', async () => {
    const { asked, judge } = scriptedJudge(VERDICT);
    await run(
      'strict',
      'llm_judge_session',
      {},
      checkInput({
        messages: [
          { role: 'user', content: 'Refund A-1', turn: 0 },
          { role: 'assistant', content: '', turn: 0 },
          { role: 'tool', content: '{"ok":true}', turn: 0 },
          { role: 'assistant', content: 'Done', turn: 0 },
        ],
        toolCalls: [
          call('refund', { order: 'A-1' }, { result: '{"ok":true}' }),
          call('mail', {}, { error: 'no address' }),
        ],
        judge,
      }),
    );
    expect(asked[0].text).toBe(
      [
        '<conversation>\nUser: Refund A-1\n\nAssistant: Done\n</conversation>',
        '<tool_calls>\n1. refund({"order":"A-1"}) result: {"ok":true}\n2. mail({}) failed: no address\n</tool_calls>',
      ].join('\n\n'),
    );
  });

  it('fail in compatible runs when the judge cannot be asked, and end the item in strict ones', async () => {
    const broken = () => checkInput(scriptedJudge(new Error('down')));
    const outcome = await run('compatible', 'llm_judge', {}, broken());
    expect(inBrief(outcome)).toBe('invalid');
    expect(outcome.explanation).toContain('down');
    await expect(run('strict', 'llm_judge', {}, broken())).rejects.toThrow(
      'down',
    );
  });

  it('stay stopped when the item is stopped', async () => {
    const stopped = new ItemStopped('lease lost');
    await expect(
      run('compatible', 'llm_judge', {}, checkInput(scriptedJudge(stopped))),
    ).rejects.toBe(stopped);
    const signal = AbortSignal.abort(new Error('time is up'));
    await expect(
      run(
        'compatible',
        'llm_judge',
        {},
        checkInput({ ...scriptedJudge(new Error('aborted')), signal }),
      ),
    ).rejects.toThrow('time is up');
  });

  it('read a judgement of 10,000 nested objects without harm', () => {
    const depth = 10_000;
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(readJudgement(deep, COMPATIBLE).score).toBe(0);
  });
});
