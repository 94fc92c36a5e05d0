import {
  ARENA_API_VERSION,
  Provider,
  ProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { createSecretReader } from './credentials';

const reader = createSecretReader({
  config: {
    secrets: {
      team: {
        openai: { OPENAI_API_KEY: 'sk-1', other: 'sk-2' },
        claude: { 'api-key': 'sk-3' },
        plain: { value: 'sk-4' },
        empty: { 'api-key': '' },
      },
    },
    workers: { allowedEnvironment: ['ALLOWED_KEY', 'ABSENT_KEY'] },
  },
  environment: { ALLOWED_KEY: 'sk-5', DATABASE_PASSWORD: 'hunter2' },
});

function provider(spec: Partial<ProviderSpec>, namespace = 'team'): Provider {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'Provider',
    metadata: {
      name: 'p',
      namespace,
      uid: 'u',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
    },
    spec: { type: 'openai', role: 'llm', model: 'm', ...spec },
  };
}

const secretRef = (name: string, key?: string): Partial<ProviderSpec> => ({
  credential: { secretRef: { name, key } },
});

describe('createSecretReader', () => {
  it.each<[string, Partial<ProviderSpec>, string]>([
    ['usual key of the type', secretRef('openai'), 'sk-1'],
    ['named key', secretRef('openai', 'other'), 'sk-2'],
    [
      'api-key of another type',
      { type: 'claude', ...secretRef('claude') },
      'sk-3',
    ],
    ['value', secretRef('plain'), 'sk-4'],
    ['older field', { secretRef: { name: 'openai' } }, 'sk-1'],
    ['allowed variable', { credential: { envVar: 'ALLOWED_KEY' } }, 'sk-5'],
  ])('finds the %s', async (_name, spec, expected) => {
    const found = await reader.find(provider(spec));
    expect(found.state).toBe('found');
    if (found.state !== 'found') return;
    expect(JSON.stringify(found)).not.toContain(expected);
    expect(await reader.read(found.source)).toBe(expected);
  });

  it.each<[string, Partial<ProviderSpec>, string, RegExp]>([
    [
      'no such secret',
      secretRef('gemini'),
      'SecretNotFound',
      /Secret gemini does not exist in namespace team \(arena\.secrets\.team\.gemini/,
    ],
    [
      'no such key',
      secretRef('openai', 'nope'),
      'SecretKeyMissing',
      /none of the keys nope/,
    ],
    ['an empty value', secretRef('empty'), 'SecretKeyMissing', /api-key/],
    [
      'a variable that was not allowed',
      { credential: { envVar: 'DATABASE_PASSWORD' } },
      'EnvironmentNotAllowed',
      /arena\.workers\.allowedEnvironment/,
    ],
    [
      'an allowed variable that is not set',
      { credential: { envVar: 'ABSENT_KEY' } },
      'SecretNotFound',
      /ABSENT_KEY is not set/,
    ],
    [
      'a file of the host',
      { credential: { filePath: '/etc/shadow' } },
      'FileNotAllowed',
      /filePath/,
    ],
    ['nothing', {}, 'CredentialRequired', /type openai needs/],
    [
      'a name of an inherited property',
      secretRef('constructor'),
      'SecretNotFound',
      /constructor/,
    ],
  ])('says why there is none: %s', async (_name, spec, reason, message) => {
    const found = await reader.find(provider(spec));
    expect(found).toMatchObject({ state: 'missing', reason });
    expect((found as { message: string }).message).toMatch(message);
  });

  it('keeps namespaces apart', async () => {
    const found = await reader.find(provider(secretRef('openai'), 'other'));
    expect(found.state).toBe('missing');
    expect(
      await reader.read({ namespace: 'other', secret: 'openai', key: 'other' }),
    ).toBeUndefined();
  });

  it('does not read a variable that is no longer allowed', async () => {
    const source = { environment: 'DATABASE_PASSWORD' };
    expect(await reader.read(source)).toBeUndefined();
  });

  it.each<Partial<ProviderSpec>>([
    { type: 'mock' },
    { type: 'ollama' },
    { type: 'openai', baseURL: 'http://localhost:1234/v1' },
  ])('needs none for %j', async spec => {
    expect((await reader.find(provider(spec))).state).toBe('none');
  });
});
