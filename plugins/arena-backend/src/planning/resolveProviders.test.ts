import {
  ARENA_API_VERSION,
  ArenaProviderEntry,
  Provider,
  ProviderSpec,
} from '@backstage-arena/plugin-arena-common';
import { readerOf } from './__testUtils__/readerOf';
import { createSecretReader } from './credentials';
import { ALLOWED_NAMESPACES_ANNOTATION } from './grants';
import { resolveProviders } from './resolveProviders';

function provider(
  namespace: string,
  name: string,
  spec: Partial<ProviderSpec> = {},
  annotations?: Record<string, string>,
): Provider {
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'Provider',
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
      annotations,
    },
    spec: { type: 'mock', role: 'llm', ...spec },
  };
}

const keyed = (name: string): Partial<ProviderSpec> => ({
  type: 'openai',
  model: 'm',
  credential: { secretRef: { name } },
});

const objects = [
  provider('default', 'plain'),
  provider('default', 'gpt', keyed('first')),
  provider('default', 'gpt-two', keyed('second')),
  provider(
    'shared',
    'plain',
    {},
    {
      [ALLOWED_NAMESPACES_ANNOTATION]: 'team-a, default',
    },
  ),
  provider('shared', 'closed'),
  provider(
    'shared',
    'other',
    {},
    {
      [ALLOWED_NAMESPACES_ANNOTATION]: 'default-not',
    },
  ),
  provider('shared', 'open', {}, { [ALLOWED_NAMESPACES_ANNOTATION]: '*' }),
];

const secrets = createSecretReader({
  config: {
    secrets: {
      default: { first: { value: 'sk-1' }, second: { value: 'sk-2' } },
    },
    workers: { allowedEnvironment: [] },
  },
  environment: {},
});

const resolve = (groups: Record<string, ArenaProviderEntry[]>) =>
  resolveProviders({
    store: readerOf(objects),
    secrets,
    referrer: { namespace: 'default', kinds: ['ArenaJob'] },
    groups,
  });

const ref = (name: string, namespace?: string): ArenaProviderEntry => ({
  providerRef: { name, namespace },
});

describe('resolveProviders', () => {
  it('gives each provider a slot of its own', async () => {
    const result = await resolve({ default: [ref('gpt'), ref('gpt-two')] });
    expect(result).toEqual({
      ok: true,
      providers: [
        {
          id: 'gpt',
          group: 'default',
          bindsTo: undefined,
          spec: { type: 'openai', model: 'm' },
          providerRef: { namespace: 'default', name: 'gpt' },
          credentialSlot: 'ARENA_CREDENTIAL_1',
          credentialSource: {
            namespace: 'default',
            secret: 'first',
            key: 'value',
          },
        },
        expect.objectContaining({
          id: 'gpt-two',
          credentialSlot: 'ARENA_CREDENTIAL_2',
        }),
      ],
    });
    expect(JSON.stringify(result)).not.toContain('sk-');
  });

  it('orders groups in one way, and keeps ids apart', async () => {
    const groups = {
      judge: [{ ...ref('plain'), id: 'the-judge' }],
      default: [ref('plain'), ref('plain', 'shared'), ref('plain')],
    };
    const result = await resolve(groups);
    if (!result.ok) throw new Error(result.message);
    expect(result.providers.map(p => [p.group, p.id, p.bindsTo])).toEqual([
      ['default', 'plain', undefined],
      ['default', 'shared.plain', undefined],
      ['default', 'default-plain', undefined],
      ['judge', 'judge-plain', 'the-judge'],
    ]);
    const reversed = Object.fromEntries(Object.entries(groups).reverse());
    expect(await resolve(reversed)).toEqual(result);
  });

  it.each<[string, ArenaProviderEntry, string, RegExp]>([
    [
      'missing',
      ref('nope'),
      'ProviderNotFound',
      /^spec\.providers\[default\]\[0\]\.providerRef: Provider nope does not exist in namespace default$/,
    ],
    [
      'of a namespace that grants nothing',
      ref('closed', 'shared'),
      'ProviderNotGranted',
      /^spec\.providers\[default\]\[0\]\.providerRef: Provider closed of namespace shared may not be used from namespace default\. /,
    ],
    [
      'of a namespace that grants it to another',
      ref('other', 'shared'),
      'ProviderNotGranted',
      /may not be used from namespace default/,
    ],
  ])('refuses a provider that is %s', async (_name, entry, reason, message) => {
    const result = await resolve({ default: [entry] });
    expect(result).toMatchObject({ ok: false, reason });
    expect((result as { message: string }).message).toMatch(message);
  });

  it.each(['plain', 'open'])('takes what is granted (%s)', async name => {
    expect((await resolve({ default: [ref(name, 'shared')] })).ok).toBe(true);
  });
});
