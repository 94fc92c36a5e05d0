import { ConnectionSet } from '../../providers/http/ConnectionSet';
import { SecretReader } from '../../providers/SecretReader';
import { json, TestServer } from '../__testUtils__/TestServer';
import { Classifiers } from './Classifiers';
import { HuggingFaceClassifier } from './HuggingFaceClassifier';

const server = new TestServer();
const connections = new ConnectionSet();
beforeAll(() => server.start());
afterAll(() => connections.close());
afterAll(() => server.stop());
beforeEach(() => {
  server.received.length = 0;
});

describe('the Hugging Face classifier', () => {
  const signal = new AbortController().signal;
  const request = { model: 'unitary/toxic-bert', content: 'hello' };

  it.each([
    [[{ label: 'toxic', score: 0.1 }]],
    [[[{ label: 'toxic', score: 0.1 }]]],
  ])('reads labels %j', async labels => {
    server.answer = json(labels);
    const classifier = new HuggingFaceClassifier({
      connections,
      baseUrl: server.url,
      token: 'hf_x',
    });
    expect(await classifier.classify(request, signal)).toEqual([
      { label: 'toxic', score: 0.1 },
    ]);
    expect(server.received[0]).toMatchObject({
      url: '/models/unitary/toxic-bert',
      headers: { authorization: 'Bearer hf_x' },
      body: { inputs: 'hello' },
    });
  });

  it.each([
    [json({ error: 'loading' }, 503), /loading/],
    [json({ error: 'loading' }), /no labels/],
  ])('says why there are none: %#', async (answer, reason) => {
    server.answer = answer;
    const classifier = new HuggingFaceClassifier({
      connections,
      baseUrl: server.url,
    });
    await expect(classifier.classify(request, signal)).rejects.toThrow(reason);
  });
});

describe('the classifiers of a bundle', () => {
  const signal = new AbortController().signal;
  const request = { kind: 'text', model: 'm', content: 'hello' } as const;

  function classifiers(
    inference: Record<string, string>,
    spec: { type?: string; base_url?: string } = {},
    secrets: Record<string, string> = {},
  ) {
    const entry = {
      id: 'labels',
      group: 'default',
      key: 'k',
      spec: {
        type: 'huggingface',
        role: 'inference' as const,
        base_url: server.url,
        ...spec,
      },
    };
    return new Classifiers(
      {
        arena: { providers: [], defaults: { inference } },
        providers: [entry],
        directory: '/nowhere',
      },
      new SecretReader(name => secrets[name]),
      connections,
    );
  }

  it('are found by what they classify, with the usual token', async () => {
    server.answer = json([{ label: 'a', score: 1 }]);
    const found = classifiers(
      { text_classifier: 'labels' },
      {},
      { HF_TOKEN: 'hf_secret', OPENAI_API_KEY: 'sk-other' },
    );
    expect(await found.classify(request, signal)).toEqual([
      { label: 'a', score: 1 },
    ]);
    expect(server.received[0].headers.authorization).toBe('Bearer hf_secret');
  });

  it('are found by name', async () => {
    server.answer = json([{ label: 'a', score: 1 }]);
    const found = classifiers({}, {}, { OPENAI_API_KEY: 'sk-other' });
    await found.classify({ ...request, classifier: 'labels' }, signal);
    expect(server.received[0].headers.authorization).toBeUndefined();
  });

  it('are none when nothing names one', async () => {
    const found = classifiers({ audio_classifier: 'labels' });
    expect(await found.classify(request, signal)).toBeUndefined();
    expect(server.received).toEqual([]);
  });

  it('say which names are allowed', async () => {
    const found = classifiers({ text_classifier: 'lables' });
    await expect(found.classify(request, signal)).rejects.toThrow(
      'There is no inference provider "lables": allowed are labels',
    );
  });

  it('say which types can classify', async () => {
    const found = classifiers({ text_classifier: 'labels' }, { type: 'mock' });
    await expect(found.classify(request, signal)).rejects.toThrow(
      'of type mock cannot classify: allowed is huggingface',
    );
  });
});
