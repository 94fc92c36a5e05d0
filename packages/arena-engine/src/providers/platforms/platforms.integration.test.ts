import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, IncomingHttpHeaders, Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProviderSpec } from '../../bundle/schemas/provider';
import { chatRequest, openProvider } from '../__testUtils__/openProvider';
import { ChatProvider } from '../ChatProvider';
import { SecretReader } from '../SecretReader';
import { authorizeBedrock } from './bedrock';
import { authorizeVertex } from './vertex';

interface Seen {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const ANSWERS = {
  content: [{ type: 'text', text: 'Hi' }],
  choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }],
  candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: 'STOP' }],
  access_token: 'token-of-google',
  token_type: 'Bearer',
  issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  expires_in: 3_600,
};

let server: Server;
let origin: string;
let seen: Seen[];
const saved = { ...process.env };
const providers: ChatProvider[] = [];

beforeAll(async () => {
  server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += chunk;
    seen.push({ url: incoming.url ?? '', headers: incoming.headers, body });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(ANSWERS));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${
    typeof address === 'object' ? address?.port : ''
  }`;
});

beforeEach(() => {
  seen = [];
});

afterEach(async () => {
  process.env = { ...saved };
  await Promise.all(providers.splice(0).map(provider => provider.close()));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function chat(
  spec: ProviderSpec,
  options: Parameters<typeof openProvider>[1] = {},
): Promise<Seen> {
  const provider = await openProvider(spec, options);
  providers.push(provider);
  await provider.chat(chatRequest());
  return seen[seen.length - 1];
}

function bedrock(values: Partial<ProviderSpec> = {}): ProviderSpec {
  return {
    type: 'claude',
    model: 'anthropic.claude-v1:0',
    platform: { type: 'bedrock', region: 'eu-central-1', endpoint: origin },
    ...values,
  };
}

/** The signature of a request, computed as the documentation of AWS says. */
function signatureOf({ url, headers, body }: Seen, secret: string): string {
  const auth = String(headers.authorization);
  const names = /SignedHeaders=([^,]+)/.exec(auth)?.[1] ?? '';
  const [, date, region, service] =
    /Credential=[^/]+\/([^/]+)\/([^/]+)\/([^/]+)/.exec(auth) ?? [];
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const canonical = [
    'POST',
    url.split('/').map(encodeURIComponent).join('/'),
    '',
    ...names.split(';').map(name => `${name}:${headers[name]}`),
    '',
    names,
    sha(body),
  ].join('\n');
  const toSign = [
    'AWS4-HMAC-SHA256',
    headers['x-amz-date'],
    `${date}/${region}/${service}/aws4_request`,
    sha(canonical),
  ].join('\n');
  const key = [region, service, 'aws4_request'].reduce(
    hmac,
    hmac(`AWS4${secret}`, date),
  );
  return hmac(key, toSign).toString('hex');
}

describe('Bedrock', () => {
  it('gets a signature that AWS would accept', async () => {
    const access = {
      accessKeyId: 'AKID',
      secretAccessKey: 'secret-of-the-key',
      sessionToken: 'session-token',
    };
    const request = await chat(
      bedrock({ credential: { api_key: JSON.stringify(access) } }),
    );
    expect(request.url).toBe('/model/anthropic.claude-v1%3A0/invoke');
    expect(request.headers['x-amz-security-token']).toBe('session-token');
    const signature = signatureOf(request, access.secretAccessKey);
    expect(request.headers.authorization).toContain(`Signature=${signature}`);
    expect(request.headers.authorization).toContain('Credential=AKID/');
  });

  it('is told by the environment of AWS who calls', async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIDENV';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-environment';
    const authorize = await authorizeBedrock({
      origin,
      region: 'eu-central-1',
      key: undefined,
      secrets: new SecretReader(() => undefined),
    });
    const { authorization } = await authorize({ path: '/p', body: '{}' });
    expect(authorization).toContain('Credential=AKIDENV/');
  });

  it('never sees the key of the vendor', async () => {
    await expect(
      chat(bedrock(), { environment: { ANTHROPIC_API_KEY: 'key' } }),
    ).rejects.toMatchObject({ errorClass: 'auth' });
    expect(seen).toHaveLength(0);
  });

  it('takes an API key of its own, for models of OpenAI as well', async () => {
    const credential = { api_key: 'bedrock-key' };
    const claude = await chat(bedrock({ credential }));
    expect(claude.headers.authorization).toBe('Bearer bedrock-key');
    const openAi = await chat(bedrock({ type: 'openai', credential }));
    expect(openAi.url).toBe('/openai/v1/chat/completions');
    expect(openAi.headers.authorization).toBe('Bearer bedrock-key');
  });

  it.each([
    [
      { credential: { api_key: '{"accessKeyId":"AKID"}' } },
      'auth',
      'without secretAccessKey',
    ],
    [{ platform: { type: 'bedrock' as const } }, 'bundle', 'platform.region'],
  ])('says what %j lacks', async (values, errorClass, message) => {
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    await expect(chat(bedrock(values))).rejects.toMatchObject({
      errorClass,
      retryable: false,
      message: expect.stringContaining(message),
    });
  });
});

describe('Vertex', () => {
  const spec = (api_key?: string): ProviderSpec => ({
    type: 'gemini',
    model: 'g',
    platform: { type: 'vertex', project: 'p', region: 'r', endpoint: origin },
    credential: { api_key },
  });

  it('is told by the environment of Google who calls', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'arena-adc-'));
    const subject = path.join(directory, 'subject');
    const file = path.join(directory, 'adc.json');
    await writeFile(subject, 'token-of-the-workload');
    await writeFile(
      file,
      JSON.stringify({
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/x',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: `${origin}/token`,
        credential_source: { file: subject },
      }),
    );
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    const authorize = await authorizeVertex({
      key: undefined,
      project: 'p',
      secrets: new SecretReader(() => undefined),
    });
    const { authorization } = await authorize({ path: '/p', body: '{}' });
    expect(authorization).toBe('Bearer token-of-google');
    expect(seen[0].url).toBe('/token');
  });

  it('takes a token', async () => {
    const request = await chat(spec('token-given'));
    expect(request.url).toBe(
      '/v1/projects/p/locations/r/publishers/google/models/g:generateContent',
    );
    expect(request.headers.authorization).toBe('Bearer token-given');
  });

  it('takes no credential that reads files of the machine', async () => {
    const account = {
      type: 'external_account',
      credential_source: { file: '/etc/passwd' },
      token_url: `${origin}/token`,
    };
    await expect(chat(spec(JSON.stringify(account)))).rejects.toMatchObject({
      errorClass: 'auth',
      message: expect.stringContaining(
        'of type "external_account": allowed are service_account and authorized_user',
      ),
    });
    expect(seen).toHaveLength(0);
  });
});

describe('Azure', () => {
  const spec = (type: string, api_key: string): ProviderSpec => ({
    type,
    model: 'm',
    platform: { type: 'azure', endpoint: origin },
    credential: { api_key },
  });

  it.each([
    ['openai', 'api-key'],
    ['claude', 'x-api-key'],
  ])('takes the key of the resource for %s', async (type, header) => {
    const request = await chat(spec(type, 'key-of-resource'));
    expect(request.headers[header]).toBe('key-of-resource');
    expect(request.headers.authorization).toBeUndefined();
  });

  it('says what a service principal lacks', async () => {
    await expect(
      chat(spec('openai', '{"tenantId":"t","clientId":"c"}')),
    ).rejects.toMatchObject({
      errorClass: 'auth',
      message: expect.stringContaining('without clientSecret'),
    });
  });
});

describe('credentials of the machine', () => {
  const clouds = (endpoint: string): ProviderSpec[] => [
    bedrock(),
    {
      type: 'gemini',
      model: 'g',
      platform: { type: 'vertex', project: 'p', endpoint },
    },
    { type: 'openai', model: 'm', platform: { type: 'azure', endpoint } },
  ];

  beforeEach(() => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIDENV';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret-of-environment';
  });

  it('are for no bundle unless the run allows them', async () => {
    for (const spec of clouds(origin)) {
      await expect(chat(spec)).rejects.toMatchObject({
        errorClass: 'auth',
        retryable: false,
        message: expect.stringContaining(
          'arena.bundles.allowAmbientCredentials',
        ),
      });
    }
    expect(seen).toHaveLength(0);
  });

  it('go to no address that the bundle chooses', async () => {
    const runner = { allow: { ambientCredentials: true } };
    for (const spec of clouds(origin)) {
      await expect(chat(spec, { runner })).rejects.toMatchObject({
        errorClass: 'auth',
        message: expect.stringContaining(`are not sent to ${origin}`),
      });
    }
    expect(seen).toHaveLength(0);
  });
});
