import { mockLogger } from '../../__testUtils__/mockLogger';
import {
  configMap,
  list,
  page,
  refusal,
  ScriptedApiServer,
  watch,
} from '../__testUtils__/ScriptedApiServer';
import { waitUntil } from '../__testUtils__/waitUntil';
import { Informer, InformerOptions } from './Informer';
import { KubeObject } from './KubeObject';

jest.setTimeout(30_000);

const PATH = '/api/v1/configmaps';

describe('Informer', () => {
  const cleanups: (() => Promise<void>)[] = [];
  const logger = mockLogger();

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function startServer(
    ...script: Parameters<typeof ScriptedApiServer.start>
  ): Promise<ScriptedApiServer> {
    const server = await ScriptedApiServer.start(...script);
    cleanups.push(() => server.stop());
    return server;
  }

  function start(
    server: ScriptedApiServer,
    options: Partial<InformerOptions<KubeObject>> = {},
  ) {
    const informer = new Informer({
      kubeConfig: server.kubeConfig,
      path: PATH,
      logger,
      ...options,
    });
    const events: string[] = [];
    informer.onEvent(({ type, object, resourceVersion }) =>
      events.push(`${type} ${object.metadata?.name}@${resourceVersion}`),
    );
    informer.start();
    cleanups.push(() => informer.stop());
    return { informer, events };
  }

  const namesIn = (informer: Informer) =>
    informer.told().map(({ metadata }) => metadata?.name);
  const watches = ({ requests }: ScriptedApiServer) =>
    requests.filter(({ query }) => query.watch);

  it('begins a list anew whose continue token has expired, and reads it in one piece when that happens again', async () => {
    const first = page(['a'], { resourceVersion: '5', continue: 'token' });
    const expired = refusal(410, 'The provided continue parameter is too old');
    const server = await startServer(
      ...[first, expired, first, expired],
      page(['a', 'b', 'c'], { resourceVersion: '7' }),
      watch([]),
    );
    const { informer, events } = start(server, { pageSize: 1 });
    await informer.synced();
    expect(namesIn(informer)).toEqual(['a', 'b', 'c']);
    expect(informer.resourceVersion).toBe('7');
    // Nothing of the lists that were given up.
    expect(events).toEqual(['ADDED a@7', 'ADDED b@7', 'ADDED c@7']);
    expect(server.requests.slice(0, 5).map(({ query }) => query)).toEqual([
      { limit: '1' },
      { limit: '1', continue: 'token' },
      { limit: '1' },
      { limit: '1', continue: 'token' },
      {},
    ]);
  });

  it('asks for bookmarks, and goes on from the last one', async () => {
    const server = await startServer(
      page([], { resourceVersion: '5' }),
      watch(
        [
          { type: 'ADDED', object: configMap('a', '6') },
          {
            type: 'BOOKMARK',
            object: { kind: 'ConfigMap', metadata: { resourceVersion: '9' } },
          },
        ],
        { end: true },
      ),
      watch([]),
    );
    const { informer, events } = start(server);
    await waitUntil('the second watch', () => watches(server).length === 2);
    const [first, second] = watches(server);
    expect(first.query).toMatchObject({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
    });
    const seconds = Number(first.query.timeoutSeconds);
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThanOrEqual(600);
    expect(second.query.resourceVersion).toBe('9');
    expect(events).toEqual(['ADDED a@6']);
    expect(informer.resourceVersion).toBe('9');
  });

  it.each([
    ['an answer', refusal(410, 'too old resource version')],
    [
      'an event of the watch',
      watch([
        {
          type: 'ERROR',
          object: { kind: 'Status', code: 410, reason: 'Expired' },
        },
      ]),
    ],
  ])(
    'lists again at once when its version is forgotten, as %s says, and tells what it missed',
    async (_, gone) => {
      const server = await startServer(
        page(['kept', 'vanished'], { resourceVersion: '5' }),
        gone,
        page(['new'], { resourceVersion: '9' }),
        watch([]),
      );
      const { informer, events } = start(server);
      await waitUntil('the second list', () => watches(server).length === 2);
      expect(events).toEqual([
        'ADDED kept@5',
        'ADDED vanished@5',
        'ADDED new@9',
        'DELETED kept@9',
        'DELETED vanished@9',
      ]);
      expect(namesIn(informer)).toEqual(['new']);
      expect(watches(server)[1].query.resourceVersion).toBe('9');
      expect(informer.state.lastError).toBeUndefined();
    },
  );

  it('remembers all that is written before the watch tells it', async () => {
    const server = await startServer(
      page([], { resourceVersion: '5' }),
      watch([]),
    );
    const { informer } = start(server);
    await informer.synced();
    for (let i = 0; i < 3_000; i++) informer.note(configMap(`n${i}`, '6'));
    expect(informer.list()).toHaveLength(3_000);
    expect(informer.get('team', 'n0')).toBeDefined();
  });

  it('says nothing of objects that a second list shows unchanged, and that a recreated one was deleted', async () => {
    const recreated = configMap('recreated', '8');
    recreated.metadata.uid = 'another';
    const server = await startServer(
      page(['same', 'changed', 'recreated'], { resourceVersion: '5' }),
      refusal(410, 'too old resource version'),
      list([configMap('same', '5'), configMap('changed', '7'), recreated], {
        resourceVersion: '9',
      }),
      watch([]),
    );
    const { events } = start(server);
    await waitUntil('the second list', () => watches(server).length === 2);
    expect(events.slice(3)).toEqual([
      'MODIFIED changed@7',
      'DELETED recreated@8',
      'ADDED recreated@8',
    ]);
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'configmaps is forbidden'],
    [503, 'apiserver is shutting down'],
  ])(
    'shows that it is refused with %s, tries again, and recovers',
    async (code, message) => {
      const server = await startServer(
        refusal(code, message),
        refusal(code, message),
        page(['a'], { resourceVersion: '5' }),
        refusal(code, message),
        watch([{ type: 'ADDED', object: configMap('b', '6') }]),
      );
      const { informer } = start(server);
      await waitUntil('an error', () => Boolean(informer.state.lastError));
      expect(informer.state).toMatchObject({
        synced: false,
        lastError: expect.stringContaining(
          `GET ${PATH} was answered with ${code}: ${message}`,
        ),
      });
      await waitUntil('b', () => namesIn(informer).includes('b'));
      expect(informer.state).toEqual({
        synced: true,
        lastContactAt: expect.any(Date),
        failing: new Map(),
      });
      // One list that worked: the watch was tried again from its version.
      expect(server.requests.map(({ query }) => query.watch ?? 'list')).toEqual(
        ['list', 'list', 'list', 'true', 'true'],
      );
      expect(watches(server)[1].query.resourceVersion).toBe('5');
    },
  );

  it('waits as long as it is asked to', async () => {
    const server = await startServer(
      refusal(429, 'too many requests', { 'Retry-After': '2' }),
      page([], { resourceVersion: '5' }),
      watch([]),
    );
    const startedAt = performance.now();
    const { informer } = start(server);
    await informer.synced();
    expect(performance.now() - startedAt).toBeGreaterThan(1_990);
  });

  it('does not repeat without a pause a watch that ends as soon as it begins', async () => {
    const server = await startServer(
      page([], { resourceVersion: '5' }),
      watch([], { end: true }),
    );
    const startedAt = performance.now();
    const { informer } = start(server);
    await waitUntil('some watches', () => watches(server).length >= 3);
    expect(informer.state.lastError).toContain('ended as soon as it began');
    // At least half of 0.5 s and half of 1 s.
    expect(performance.now() - startedAt).toBeGreaterThan(740);
  });

  it('lists again when a cluster that was restored knows none of its versions', async () => {
    const server = await startServer(
      page(['a'], { resourceVersion: '500' }),
      response => {
        response.writeHead(504, { 'Content-Type': 'application/json' });
        response.end(
          JSON.stringify({
            kind: 'Status',
            code: 504,
            message: 'Timeout: Too large resource version: 500, current: 7',
            details: { causes: [{ reason: 'ResourceVersionTooLarge' }] },
          }),
        );
      },
      page(['b'], { resourceVersion: '7' }),
      watch([]),
    );
    const { informer } = start(server);
    await waitUntil('the second list', () => watches(server).length === 2);
    expect(namesIn(informer)).toEqual(['b']);
    expect(informer.resourceVersion).toBe('7');
  });

  it('survives lines that come in pieces, and answers that are no watch', async () => {
    const line = JSON.stringify({
      type: 'ADDED',
      object: { ...configMap('ä'.repeat(40_000), '6') },
    });
    const bytes = Buffer.from(`${line}\n`);
    const server = await startServer(
      page([], { resourceVersion: '5' }),
      response => {
        response.writeHead(200, { 'Content-Type': 'text/html' });
        response.end('<html>Please sign in</html>\n');
      },
      async response => {
        response.writeHead(200);
        // In the middle of a character.
        for (let from = 0; from < bytes.length; from += 10_001) {
          response.write(bytes.subarray(from, from + 10_001));
          await new Promise(resolve => setImmediate(resolve));
        }
      },
    );
    const { events } = start(server);
    await waitUntil('the object', () => events.length === 1);
    expect(events[0]).toBe(`ADDED ${'ä'.repeat(40_000)}@6`);
  });

  it('ends at once, whatever it waits for', async () => {
    const silent = await startServer(() => {});
    const { informer } = start(silent);
    await waitUntil('its request', () => silent.requests.length === 1);
    const waiting = informer.synced(AbortSignal.timeout(50));
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    await informer.stop();
    expect(informer.hasSynced).toBe(false);

    const refusing = await startServer(refusal(500, 'no'));
    const { informer: backingOff } = start(refusing);
    await waitUntil('a failure', () => Boolean(backingOff.state.lastError));
    await backingOff.stop();
  });

  it('reads the namespaces that it may read, says which it may not, and takes those in when it may', async () => {
    let isAllowed = false;
    const server = await startServer((response, request) => {
      const isOpen = isAllowed || request.path.includes('/namespaces/team/');
      const forbidden = refusal(403, `${request.path} is forbidden`);
      const answer = request.query.watch
        ? watch([])
        : page(['a'], { resourceVersion: '5' });
      (isOpen ? answer : forbidden)(response, request);
    });
    const { informer, events } = start(server, {
      namespaces: ['closed', 'team'],
    });
    await informer.synced();
    expect(informer.hasSynced).toBe(true);
    expect(namesIn(informer)).toEqual(['a']);
    expect(informer.isSynced('closed')).toBe(false);
    expect([...informer.state.failing]).toEqual([
      [
        'closed',
        expect.stringContaining('namespaces/closed/configmaps is forbidden'),
      ],
    ]);
    await expect(informer.synced(undefined, 'closed')).rejects.toThrow(
      'namespaces/closed/configmaps is forbidden',
    );
    // What is written there is never told: only so much of it is remembered.
    for (let i = 0; i < 3_000; i++) {
      const { metadata } = configMap(`n${i}`, '6');
      informer.note({ metadata: { ...metadata, namespace: 'closed' } });
    }
    expect(informer.list('closed')).toHaveLength(2_000);
    await expect(informer.caughtUp(1_000)).resolves.toBe(true);

    isAllowed = true;
    await waitUntil('the namespace is read', () => informer.isSynced('closed'));
    expect(informer.state.failing.size).toBe(0);
    expect(events).toHaveLength(2);
  });

  it('has not synced while it may read nothing, and says so at once', async () => {
    const server = await startServer(refusal(403, 'all is forbidden'));
    const { informer } = start(server, { namespaces: ['one', 'two'] });
    await expect(informer.synced()).rejects.toThrow('all is forbidden');
    expect(informer.hasSynced).toBe(false);
    expect(informer.state.failing.size).toBe(2);
  });
});
