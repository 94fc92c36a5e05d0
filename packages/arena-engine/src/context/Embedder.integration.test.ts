import { once } from 'node:events';
import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { ProviderEntry } from '../bundle/BundleContent';
import { RelevancePolicy } from '../bundle/schemas/scenario';
import { SecretReader } from '../providers/SecretReader';
import { HttpClient } from '../tools/http/HttpClient';
import { Embedder } from './Embedder';

interface Seen {
  path?: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

let server: Server;
let http: HttpClient;
let seen: Seen[];
let answers: Array<{
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}>;
let url: string;

beforeEach(async () => {
  seen = [];
  answers = [];
  http = new HttpClient();
  server = createServer(async (request, response) => {
    seen.push({
      path: request.url,
      headers: request.headers,
      body: await json(request),
    });
    const {
      status,
      body,
      headers = {},
    } = answers.shift() ?? { status: 500, body: {} };
    const contentType = { 'content-type': 'application/json' };
    response.writeHead(status, { ...contentType, ...headers });
    response.end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

function embedder(
  provider: RelevancePolicy['provider'],
  spec: Partial<ProviderEntry['spec']> = {},
  env: Record<string, string> = {},
) {
  return new Embedder(
    { provider },
    {
      http,
      secrets: new SecretReader(name => env[name]),
      content: {
        directory: '/',
        providers: [
          {
            id: 'vectors',
            group: 'default',
            key: '',
            spec: { type: provider, role: 'embedding', base_url: url, ...spec },
          },
        ],
      },
    },
  );
}

function call() {
  const calls = { count: 0 };
  return {
    calls,
    signal: new AbortController().signal,
    beforeCall: async () => {
      calls.count += 1;
    },
  };
}

describe('Embedder', () => {
  it('asks OpenAI with the credential of the provider and counts the cost', async () => {
    answers.push({
      status: 200,
      body: {
        data: [
          { index: 1, embedding: [0, 1] },
          { index: 0, embedding: [1, 0] },
        ],
        usage: { total_tokens: 500 },
      },
    });
    const made = await embedder(
      'openai',
      {
        model: 'small',
        credential: { credential_env: 'KEY' },
        pricing: { input_cost_per_1k: 0.02 },
      },
      { KEY: 'key-of-vectors' },
    ).embed(['a', 'b'], call());
    expect(made).toEqual({
      vectors: [
        [1, 0],
        [0, 1],
      ],
      inputTokens: 500,
      cost: 0.01,
    });
    expect(seen).toMatchObject([
      {
        path: '/embeddings',
        headers: { authorization: 'Bearer key-of-vectors' },
        body: { model: 'small', input: ['a', 'b'] },
      },
    ]);
  });

  it('asks Gemini in its own way', async () => {
    answers.push({
      status: 200,
      body: { embeddings: [{ values: [0.5, 0.5] }] },
    });
    const made = await embedder(
      'gemini',
      {},
      { GEMINI_API_KEY: 'g-key' },
    ).embed(['a'], call());
    expect(made.vectors).toEqual([[0.5, 0.5]]);
    expect(seen).toMatchObject([
      {
        path: '/models/gemini-embedding-001:batchEmbedContents',
        headers: { 'x-goog-api-key': 'g-key' },
        body: { requests: [{ content: { parts: [{ text: 'a' }] } }] },
      },
    ]);
  });

  it('never sends a vendor the key of another', async () => {
    const voyage = embedder('voyageai', {}, { OPENAI_API_KEY: 'openai-key' });
    await expect(voyage.embed(['a'], call())).rejects.toThrow(
      'Embeddings of voyageai: there is no key',
    );
    expect(seen).toEqual([]);
  });

  it('tries again what may pass, and announces each call', async () => {
    answers.push(
      { status: 429, body: {} },
      { status: 200, body: { data: [{ index: 0, embedding: [1] }] } },
    );
    const options = call();
    await embedder('voyageai', {}, { VOYAGE_API_KEY: 'k' }).embed(
      ['a'],
      options,
    );
    expect(seen).toHaveLength(2);
    expect(options.calls.count).toBe(2);
  });

  it('does not wait for a vendor that asks for more than a minute', async () => {
    answers.push({ status: 429, body: {}, headers: { 'retry-after': '3600' } });
    await expect(
      embedder('openai', {}, { OPENAI_API_KEY: 'k' }).embed(['a'], call()),
    ).rejects.toMatchObject({
      errorClass: 'rate_limit',
      retryAfterMs: 3_600_000,
    });
    expect(seen).toHaveLength(1);
  });

  it('keeps to the rate of its provider', async () => {
    const limited = embedder(
      'openai',
      { rate_limit: { rps: 0.001 } },
      { OPENAI_API_KEY: 'k' },
    );
    const body = { data: [{ index: 0, embedding: [1] }] };
    answers.push({ status: 200, body }, { status: 200, body });
    await limited.embed(['a'], call());
    const abort = new AbortController();
    const options = { ...call(), signal: abort.signal };
    const second = limited.embed(['a'], options);
    setImmediate(() => abort.abort(new Error('gave up')));
    await expect(second).rejects.toThrow('gave up');
    expect(options.calls.count).toBe(0);
    expect(seen).toHaveLength(1);
    limited.close();
  });

  it.each([
    [400, { error: 'bad model' }, 'Embeddings of openai: HTTP 400'],
    [200, { data: [] }, 'Embeddings of openai: 0 vectors for 1 texts'],
  ])(
    'says what is wrong with an answer (%d)',
    async (status, body, expected) => {
      answers.push({ status, body });
      await expect(
        embedder('openai', {}, { OPENAI_API_KEY: 'k' }).embed(['a'], call()),
      ).rejects.toThrow(expected);
      expect(seen).toHaveLength(1);
    },
  );
});
