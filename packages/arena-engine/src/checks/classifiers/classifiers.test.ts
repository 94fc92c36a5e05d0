import {
  CheckCase,
  checkInput,
  expectedOf,
  outcomesOf,
  run,
  said,
} from '../__testUtils__/checkInput';
import { CheckInput, ClassifyRequest, ClassLabel } from '../Check';

function labelled(labels: ClassLabel[], values: Partial<CheckInput> = {}) {
  return checkInput({
    ...said('first', 'second'),
    classify: async () => labels,
    ...values,
  });
}

const toxic = labelled([
  { label: 'toxic', score: 0.1 },
  { label: 'insult', score: 0.3 },
  { label: 'non-toxic', score: 0.9 },
]);
const happy = labelled([
  { label: 'Positive', score: 0.8 },
  { label: 'neutral', score: 0.2 },
]);
const unknown = labelled([
  { label: 'LABEL_0', score: 0.1 },
  { label: 'LABEL_1', score: 0.9 },
]);
const model = 'm';
const expected_label = 'positive';

describe('classifier checks', () => {
  it.each<CheckCase>([
    ['text_sentiment', { model, expected_label }, happy, 0.8],
    ['text_sentiment', { model, expected_label: 'sad' }, happy, 0],
    ['text_sentiment', { model }, happy, 'invalid', 0],
    [
      'text_sentiment',
      { model, expected_label },
      said('x'),
      'invalid',
      'skipped',
    ],
    ['text_sentiment', { expected_label }, happy, 'invalid', 0],
    ['text_toxicity', { model }, toxic, 0.7],
    ['text_toxicity', { model, expected_label: 'non-toxic' }, toxic, 0.9],
    ['text_toxicity', {}, said('x'), 'invalid', 0],
    ['text_toxicity', { model }, said('x'), 'invalid', 'skipped'],
    [
      'text_toxicity',
      { model },
      checkInput({ ...said('x'), classify: async () => undefined }),
      'invalid',
      'skipped',
    ],
    ['text_toxicity', { model }, unknown, 'invalid', 1],
    ['text_toxicity', { model }, labelled([]), 'invalid', 1],
    ['text_toxicity', { model, expected_label: 'label_0' }, unknown, 0.1],
    [
      'text_toxicity',
      { model },
      labelled([{ label: 'not_offensive', score: 0.9 }]),
      1,
    ],
    ['image_moderation', { model }, toxic, 0],
    ['audio_emotion', { model, expected_label: 'hap' }, happy, 0],
  ])('%s %j', async (...given) => {
    expect(await outcomesOf(given)).toEqual(expectedOf(given));
  });

  it('hand over the message that is asked for', async () => {
    const asked: ClassifyRequest[] = [];
    const input = labelled([], {
      messages: [
        { role: 'user', content: 'u0', turn: 0 },
        { role: 'assistant', content: 'a0', turn: 0 },
        {
          role: 'user',
          content: '',
          turn: 1,
          parts: [{ type: 'audio', mimeType: 'audio/wav', data: 'UklGRg==' }],
        },
        { role: 'assistant', content: 'a1', turn: 1 },
      ],
      classify: async request => {
        asked.push(request);
        return [];
      },
    });
    const params = { model, expected_label };
    for (const more of [
      {},
      { message_role: 'user' },
      { message_index: 0 },
      { message_role: 'assistant', message_index: -2 },
      { classifier_id: 'local' },
    ]) {
      await run('strict', 'text_sentiment', { ...params, ...more }, input);
    }
    await run('strict', 'audio_emotion', params, input);
    expect(asked.map(({ content }) => content)).toEqual([
      'a1',
      'u0',
      'u0',
      'a0',
      'a1',
      'UklGRg==',
    ]);
    expect(asked[4].classifier).toBe('local');
    expect(asked[5]).toEqual({ kind: 'audio', model, content: 'UklGRg==' });
  });

  it('fail in compatible runs when the model cannot be asked', async () => {
    const input = labelled([], {
      classify: async () => {
        throw new Error('model is loading');
      },
    });
    const params = { model, expected_label };
    expect(
      await run('compatible', 'text_sentiment', params, input),
    ).toMatchObject({
      invalid: true,
      explanation: expect.stringContaining('loading'),
    });
    await expect(
      run('strict', 'text_sentiment', params, input),
    ).rejects.toThrow('loading');
  });
});
