import {
  ARENA_API_VERSION,
  ArenaReferenceGrant,
  ResolvedTool,
  ToolRegistry,
  ToolRegistrySpec,
  ToolRegistryStatus,
} from '@backstage-arena/plugin-arena-common';
import { ObjectReader } from '../reconciler/getOrUndefined';
import { createSecretReader } from './credentials';
import { readerOf } from './__testUtils__/readerOf';
import { ALLOWED_NAMESPACES_ANNOTATION, Referrer } from './grants';
import { readHeaderValue } from './headerCredentials';
import { findWithdrawnRegistry, resolveTools } from './resolveTools';

type Handler = ToolRegistrySpec['handlers'][number];

const httpHandler = (
  tool: string,
  overrides: Partial<Handler> = {},
): Handler => ({
  name: 'h',
  type: 'http',
  timeout: '20s',
  tool: { name: tool, description: 'Does it', inputSchema: { type: 'object' } },
  httpConfig: {
    endpoint: 'https://tools.example.com/api/',
    method: 'PUT',
    contentType: 'application/json',
    urlTemplate: 'items/{id}',
    headerParams: { trace: 'X-Trace' },
    queryParams: ['q'],
    responseMapping: 'data',
  },
  ...overrides,
});

function registry(
  name: string,
  handlers: Handler[],
  options: {
    namespace?: string;
    status?: Partial<ToolRegistryStatus>;
    granted?: string;
  } = {},
): ToolRegistry {
  const { namespace = 'default', status, granted } = options;
  return {
    apiVersion: ARENA_API_VERSION,
    kind: 'ToolRegistry',
    metadata: {
      name,
      namespace,
      uid: `${namespace}-${name}`,
      resourceVersion: '1',
      generation: 2,
      creationTimestamp: '2026-11-23T00:00:00Z',
      annotations: granted
        ? { [ALLOWED_NAMESPACES_ANNOTATION]: granted }
        : undefined,
    },
    spec: { handlers },
    status: {
      phase: 'Ready',
      observedGeneration: 2,
      discoveredTools: handlers.map(handler => ({
        ...handler.tool!,
        handlerName: handler.name,
        status: 'Available' as const,
      })),
      ...status,
    },
  };
}

const secrets = createSecretReader({
  config: {
    secrets: {
      default: {
        token: { token: 't-1' },
        login: { username: 'ann', password: 'pw' },
      },
      shared: { token: { token: 't-2' }, next: { token: 't-3' } },
    },
    workers: { allowedEnvironment: [] },
  },
  environment: {},
});

const REFERRER: Referrer = { namespace: 'default', kinds: ['ArenaConfig'] };

function storeOf(
  ...objects: Array<ToolRegistry | ArenaReferenceGrant>
): ObjectReader {
  return readerOf(objects);
}

function grant(to: ArenaReferenceGrant['spec']['to']): ArenaReferenceGrant {
  return {
    apiVersion: 'arena.backstage.io/v1alpha1',
    kind: 'ArenaReferenceGrant',
    metadata: {
      name: 'grant',
      namespace: 'shared',
      uid: 'grant',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-11-23T00:00:00Z',
    },
    spec: { from: [{ kind: 'ArenaConfig', namespace: 'default' }], to },
  };
}

const resolve = (store: ObjectReader, ...registries: object[]) =>
  resolveTools({
    store,
    secrets,
    referrer: REFERRER,
    registries: registries as Array<{ name: string }>,
  });

describe('resolveTools', () => {
  it('writes tools in the words of tool files', async () => {
    const store = storeOf(registry('web', [httpHandler('put_item')]));
    expect(await resolve(store, { name: 'web' })).toEqual({
      ok: true,
      tools: [
        {
          name: 'put_item',
          registry: 'web',
          registryRef: { namespace: 'default', name: 'web' },
          spec: {
            name: 'put_item',
            description: 'Does it',
            timeout_ms: 20_000,
            mode: 'live',
            input_schema: { type: 'object' },
            http: {
              url: 'https://tools.example.com/api/items/{{.id}}',
              method: 'PUT',
              headers: { 'Content-Type': 'application/json' },
              request: {
                query_params: ['q'],
                header_params: { 'X-Trace': 'trace' },
              },
              response: { body_mapping: 'data' },
            },
          },
        },
      ],
    });
  });

  it('gives each handler a slot of its own, and never the secret', async () => {
    const store = storeOf(
      registry('one', [
        httpHandler('a', {
          auth: { type: 'bearer', secretRef: { name: 'token' } },
        }),
      ]),
      registry('two', [
        httpHandler('b', {
          auth: { type: 'basic', secretRef: { name: 'login' } },
        }),
      ]),
    );
    const result = await resolve(store, { name: 'one' }, { name: 'two' });
    if (!result.ok) throw new Error(result.message);
    expect(result.tools.map(tool => tool.credentialSlots)).toEqual([
      { Authorization: 'ARENA_CREDENTIAL_TOOL_1' },
      { Authorization: 'ARENA_CREDENTIAL_TOOL_2' },
    ]);
    expect(JSON.stringify(result)).not.toMatch(/t-1|pw/);
    const values = result.tools.map(tool =>
      readHeaderValue(secrets, tool.credentialSources!.Authorization),
    );
    expect(await Promise.all(values)).toEqual([
      'Bearer t-1',
      `Basic ${Buffer.from('ann:pw').toString('base64')}`,
    ]);
  });

  it('refuses a name that two registries bring, naming both', async () => {
    const store = storeOf(
      registry('one', [httpHandler('same')]),
      registry('two', [httpHandler('same')]),
    );
    expect(await resolve(store, { name: 'one' }, { name: 'two' })).toEqual({
      ok: false,
      reason: 'DuplicateTool',
      message:
        'spec.toolRegistries[1]: tool same is in ToolRegistry one and in ToolRegistry two; names of tools must be unique',
    });
  });

  it.each<[string, ToolRegistry | undefined, object, string, RegExp]>([
    [
      'that is missing',
      undefined,
      { name: 'web' },
      'ToolRegistryNotFound',
      /^spec\.toolRegistries\[0\]: ToolRegistry web does not exist in namespace default$/,
    ],
    [
      'that nobody has looked at',
      registry('web', [], { status: { phase: undefined } }),
      { name: 'web' },
      'ToolRegistryNotReady',
      /has not been looked at yet/,
    ],
    [
      'that has changed since it was looked at',
      registry('web', [], { status: { observedGeneration: 1 } }),
      { name: 'web' },
      'ToolRegistryNotReady',
      /has not been looked at yet/,
    ],
    [
      'that lacks some of its tools',
      registry('web', [], {
        status: {
          phase: 'Degraded',
          conditions: [
            {
              type: 'Ready',
              status: 'False',
              reason: 'DiscoveryFailed',
              message: 'handler x: down',
              lastTransitionTime: '2026-11-23T00:00:00Z',
              observedGeneration: 2,
            },
          ],
        },
      }),
      { name: 'web' },
      'ToolRegistryNotReady',
      /ToolRegistry web is Degraded: handler x: down$/,
    ],
    [
      'of a namespace that grants nothing',
      registry('web', [], { namespace: 'shared' }),
      { name: 'web', namespace: 'shared' },
      'ToolRegistryNotGranted',
      /"from":\[\{"kind":"ArenaConfig","namespace":"default"\}\],"to":\[\{"kind":"ToolRegistry","name":"web"\}\]/,
    ],
    [
      'whose secret is missing',
      registry('web', [
        httpHandler('a', {
          auth: { type: 'bearer', secretRef: { name: 'nope' } },
        }),
      ]),
      { name: 'web' },
      'SecretNotFound',
      /handler h: Secret nope does not exist/,
    ],
  ])('waits for a registry %s', async (_, object, ref, reason, message) => {
    const result = await resolve(storeOf(...(object ? [object] : [])), ref);
    expect(result).toMatchObject({ ok: false, reason });
    expect((result as { message: string }).message).toMatch(message);
  });
});

describe('findWithdrawnRegistry', () => {
  it('asks the grants of the other namespace, as planning does', async () => {
    const web = registry('web', [httpHandler('a')], { namespace: 'shared' });
    const lent = storeOf(web, grant([{ kind: 'ToolRegistry', name: 'web' }]));
    const planned = await resolve(lent, { name: 'web', namespace: 'shared' });
    if (!planned.ok) throw new Error(planned.message);
    expect(planned.tools).toMatchObject([{ name: 'a', registry: 'web' }]);
    const ask = (store: ObjectReader) =>
      findWithdrawnRegistry({
        store,
        secrets,
        referrer: REFERRER,
        tools: planned.tools,
      });
    expect(await ask(lent)).toBeUndefined();
    const other = storeOf(web, grant([{ kind: 'Provider', name: 'web' }]));
    expect(await ask(other)).toMatchObject({
      reason: 'ToolRegistryNotGranted',
    });
  });

  it('asks again for what another namespace lends', async () => {
    const lent = registry('web', [httpHandler('a')], {
      namespace: 'shared',
      granted: 'default',
    });
    const result = await resolve(storeOf(lent), {
      name: 'web',
      namespace: 'shared',
    });
    if (!result.ok) throw new Error(result.message);
    const { tools } = result;
    const ask = (store: ObjectReader) =>
      findWithdrawnRegistry({ store, secrets, referrer: REFERRER, tools });
    expect(await ask(storeOf(lent))).toBeUndefined();
    const closed = registry('web', [], { namespace: 'shared' });
    expect(await ask(storeOf(closed))).toMatchObject({
      reason: 'ToolRegistryNotGranted',
    });
  });

  describe('with a credential of another namespace', () => {
    const lent = (secret: string) =>
      registry(
        'web',
        [
          httpHandler('a', {
            auth: { type: 'bearer', secretRef: { name: secret } },
          }),
        ],
        { namespace: 'shared', granted: 'default' },
      );
    const ask = (now: ToolRegistry, tools: ResolvedTool[]) =>
      findWithdrawnRegistry({
        store: storeOf(now),
        secrets,
        referrer: REFERRER,
        tools,
      });
    const plan = async () => {
      const result = await resolve(storeOf(lent('token')), {
        name: 'web',
        namespace: 'shared',
      });
      if (!result.ok) throw new Error(result.message);
      return result.tools;
    };

    it('refuses it once the registry names another one', async () => {
      const tools = await plan();
      expect(await ask(lent('token'), tools)).toBeUndefined();
      for (const other of ['next', 'gone']) {
        expect(await ask(lent(other), tools)).toMatchObject({
          reason: 'CredentialChanged',
          message: expect.stringMatching(/^Pinned tool a: .*create a new job$/),
        });
      }
    });

    it('refuses it when no registry is named for it', async () => {
      const tools = (await plan()).map(({ registryRef, ...tool }) => tool);
      expect(await ask(lent('token'), tools)).toMatchObject({
        reason: 'ToolRegistryNotGranted',
        message: expect.stringContaining('of namespace shared'),
      });
    });
  });
});
