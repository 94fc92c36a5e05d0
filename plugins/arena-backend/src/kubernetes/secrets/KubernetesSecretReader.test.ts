import {
  ARENA_API_VERSION,
  Provider,
  ProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { KubeApiError } from '../client/kubeErrors';
import { KubernetesSecretReader } from './KubernetesSecretReader';

const encode = (value: string) => Buffer.from(value).toString('base64');

function setup(
  options: {
    keepMs?: number;
    keepMissingMs?: number;
    namespaces?: string[];
  } = {},
) {
  const secrets: Record<string, Record<string, string>> = {
    '/api/v1/namespaces/team/secrets/openai': { 'api-key': encode('sk-1') },
  };
  const annotations: Record<string, string> = {};
  let status = 404;
  const request = jest.fn(async ({ path }: { path: string }) => {
    const data = secrets[path];
    if (!data)
      throw new KubeApiError({ request: path, code: status, body: {} });
    return { body: { data, metadata: { annotations } }, warnings: [] };
  });
  const reader = new KubernetesSecretReader({
    client: { request },
    allowedEnvironment: ['SHARED_KEY'],
    environment: { SHARED_KEY: 'sk-2', OTHER: 'x' },
    ...options,
  });
  const find = (spec: Partial<ProviderSpec>) => {
    const provider: Provider = {
      apiVersion: ARENA_API_VERSION,
      kind: 'Provider',
      metadata: {
        name: 'p',
        namespace: 'team',
        uid: 'u',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: '2026-11-23T00:00:00Z',
      },
      spec: { type: 'openai', role: 'llm', model: 'm', ...spec },
    };
    return reader.find(provider);
  };
  return {
    reader,
    request,
    secrets,
    annotations,
    find,
    fail: (code: number) => {
      status = code;
    },
  };
}

const OPENAI = { namespace: 'team', secret: 'openai', key: 'api-key' };

describe('KubernetesSecretReader', () => {
  it('finds a Secret by name and reads it once for a while', async () => {
    const { reader, request, find } = setup();
    const credential = { secretRef: { name: 'openai' } };
    expect(await find({ credential })).toEqual({
      state: 'found',
      reason: 'SecretFound',
      source: OPENAI,
    });
    expect(await Promise.all([1, 2].map(() => reader.read(OPENAI)))).toEqual([
      'sk-1',
      'sk-1',
    ]);
    expect(request).toHaveBeenCalledTimes(1);
  });

  it('sees a Secret that was rotated, and one that came', async () => {
    const { reader, secrets } = setup({ keepMs: 0, keepMissingMs: 0 });
    await reader.read(OPENAI);
    secrets['/api/v1/namespaces/team/secrets/openai'] = {
      'api-key': encode('sk-new'),
    };
    expect(await reader.read(OPENAI)).toBe('sk-new');
    const late = { ...OPENAI, secret: 'late' };
    expect(await reader.read(late)).toBeUndefined();
    secrets['/api/v1/namespaces/team/secrets/late'] = {
      'api-key': encode('sk-late'),
    };
    expect(await reader.read(late)).toBe('sk-late');
  });

  it('tells what it has read, so that it can be taken out of what is stored', async () => {
    const { reader, secrets } = setup({ keepMs: 0 });
    expect(reader.known()).toEqual([]);
    await reader.read(OPENAI);
    const known = reader.known();
    expect(known).toEqual(['sk-1']);
    await reader.read(OPENAI);
    expect(reader.known()).toBe(known);
    secrets['/api/v1/namespaces/team/secrets/openai'] = {
      'api-key': encode('sk-new'),
    };
    await reader.read(OPENAI);
    expect(reader.known()).toEqual(['sk-1', 'sk-new']);
  });

  it('says that it may not look, instead of that there is nothing', async () => {
    const { reader, fail } = setup({ namespaces: ['team', 'x'] });
    fail(403);
    expect(await reader.read({ ...OPENAI, namespace: 'x' })).toBeUndefined();
    const ref = { name: 'openai' };
    const find = (namespace: string) =>
      reader.findSecret({ namespace, ref, keys: ['api-key'] });
    expect(await find('x')).toMatchObject({
      reason: 'SecretNotFound',
      message:
        'Secret openai does not exist in namespace x, or the portal may not read it',
    });
    expect(await find('lender')).toMatchObject({
      reason: 'NamespaceNotServed',
      message:
        'Secret openai of namespace lender cannot be used: the portal serves no other namespaces of this cluster than team, x',
    });
  });

  it('gives to sources what names their host alone', async () => {
    const { reader, annotations, secrets } = setup({ keepMs: 0 });
    const query = {
      namespace: 'team',
      ref: { name: 'openai', key: 'api-key' },
      keys: [],
      sentTo: ['git.example.com'],
    };
    expect(await reader.findSecret(query)).toMatchObject({
      reason: 'SecretNotAllowed',
      message: expect.stringContaining(
        'kubectl annotate --overwrite secret openai -n team arena.backstage.io/source-credentials=git.example.com',
      ),
    });
    annotations['arena.backstage.io/source-credentials'] = 'github.com';
    expect(await reader.findSecret(query)).toMatchObject({
      reason: 'SecretNotAllowed',
      message: expect.stringMatching(
        /to git.example.com: its hosts are github.com; .*=github.com,git.example.com$/,
      ),
    });
    annotations['arena.backstage.io/source-credentials'] =
      'github.com, *.example.com';
    expect(await reader.findSecret(query)).toMatchObject({ state: 'found' });
    delete secrets['/api/v1/namespaces/team/secrets/openai'];
    expect(await reader.findSecret(query)).toMatchObject({
      reason: 'SecretNotFound',
    });
  });

  it('does not take a cluster that fails for an answer', async () => {
    const { reader, fail, secrets } = setup();
    fail(500);
    const late = { ...OPENAI, secret: 'late' };
    await expect(reader.read(late)).rejects.toThrow('500');
    secrets['/api/v1/namespaces/team/secrets/late'] = {
      'api-key': encode('sk'),
    };
    expect(await reader.read(late)).toBe('sk');
  });

  it('copies variables of the backend only when they are allowed, and says what to use instead', async () => {
    const { find } = setup();
    expect(await find({ credential: { envVar: 'SHARED_KEY' } })).toMatchObject({
      state: 'found',
      source: { environment: 'SHARED_KEY' },
    });
    expect(await find({ credential: { envVar: 'OTHER' } })).toMatchObject({
      reason: 'EnvironmentNotAllowed',
      message: expect.stringMatching(/secretRef with a Secret is the usual/),
    });
    expect(await find({ credential: { filePath: '/k' } })).toMatchObject({
      reason: 'FileNotAllowed',
      message: expect.stringMatching(/use secretRef/),
    });
  });
});
