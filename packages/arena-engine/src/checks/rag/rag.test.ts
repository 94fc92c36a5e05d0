import {
  call,
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  run,
  said,
  scriptedJudge,
} from '../__testUtils__/checkInput';

const CONTEXTS = ['The bridge opened in 1932.', 'It spans the Tarn.'];
const judge = scriptedJudge('{"score": 0.7}').judge;
const judged = checkInput({ ...said('It opened in 1932.'), judge });
const asked = checkInput({
  messages: [{ role: 'user', content: 'When?', turn: 0 }],
  output: 'In 1932.',
  judge,
});

describe('retrieval checks', () => {
  it.each<CheckCase>([
    ['faithfulness', { contexts: CONTEXTS }, judged, 0.7],
    ['faithfulness', {}, judged, 'invalid', 0],
    ['hallucination', { context: CONTEXTS[0] }, judged, 0.7],
    ['hallucination', {}, judged, 'invalid', 0],
    ['answer_relevancy', {}, asked, 0.7],
    ['answer_relevancy', { question: 'When?' }, judged, 0.7],
    ['answer_relevancy', {}, checkInput({ judge }), 0],
    ['contextual_precision', { contexts: CONTEXTS }, asked, 0.7],
    ['contextual_relevancy', { contexts: CONTEXTS }, asked, 0.7],
    [
      'contextual_recall',
      { contexts: CONTEXTS, reference: 'In 1932.' },
      asked,
      0.7,
    ],
    [
      'contextual_recall',
      { contexts: CONTEXTS, expected_output: 'In 1932.' },
      asked,
      0.7,
    ],
    ['contextual_recall', { contexts: CONTEXTS }, asked, 'invalid', 0],
    ['faithfulness', { contexts: CONTEXTS }, said('x'), 'invalid', 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it('number the contexts for the judge', async () => {
    const script = scriptedJudge('{"score": 1}');
    await run(
      'strict',
      'contextual_precision',
      { contexts: CONTEXTS, question: 'When?' },
      checkInput(script),
    );
    expect(script.asked[0].text).toBe(
      `<question>\nWhen?\n</question>\n\n<texts>\n[1] ${CONTEXTS[0]}\n[2] ${CONTEXTS[1]}\n</texts>`,
    );
  });

  it('take contexts from the last tool result that has them, in strict runs', async () => {
    const script = scriptedJudge('{"score": 1}');
    const input = checkInput({
      ...script,
      toolCalls: [
        call('search', {}, { result: '{"hits": ["old"]}' }),
        call('search', {}, { result: '{"hits": ["new", {"id": 1}]}' }),
        call('other', {}, { result: 'plain text' }),
      ],
    });
    const params = { context_field: 'hits' };
    await run('strict', 'faithfulness', params, input);
    expect(script.asked[0].text).toContain('[1] new\n[2] {"id":1}');
    expect((await run('compatible', 'faithfulness', params, input)).score).toBe(
      0,
    );
    expect(script.asked).toHaveLength(1);
  });
});
