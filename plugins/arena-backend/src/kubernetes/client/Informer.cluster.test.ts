import { mockLogger } from '../../__testUtils__/mockLogger';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { NetworkGate } from '../__testUtils__/NetworkGate';
import { TestNamespaces } from '../__testUtils__/TestNamespaces';
import { TestObjects } from '../__testUtils__/TestObjects';
import { waitUntil } from '../__testUtils__/waitUntil';
import { Informer, InformerOptions } from './Informer';
import { KubeClient } from './KubeClient';
import { KubeObject } from './KubeObject';

jest.setTimeout(60_000);

type ConfigMap = KubeObject & { data?: Record<string, string> };

const { kubeconfig, cluster } = useCluster();
const kubeConfig = kubeConfigOf(kubeconfig);
const client = KubeClient.for(kubeConfig);
const namespaces = new TestNamespaces(client);

describe('Informer', () => {
  const cleanups: (() => Promise<void>)[] = [];
  let namespace: string;
  let objects: TestObjects;

  beforeEach(async () => {
    namespace = await namespaces.create('informer');
    objects = new TestObjects(client, namespace);
  });

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function start(options: Partial<InformerOptions<ConfigMap>> = {}) {
    const informer = new Informer<ConfigMap>({
      kubeConfig,
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      // The one that each namespace gets comes at some time.
      fieldSelector: 'metadata.name!=kube-root-ca.crt',
      logger: mockLogger(),
      ...options,
    });
    const events: string[] = [];
    informer.onEvent(({ type, object, previous, initial }) => {
      const before = previous ? `${previous.data?.value} -> ` : '';
      if (!initial) {
        events.push(
          `${type} ${object.metadata?.name} ${before}${object.data?.value}`,
        );
      }
    });
    informer.start();
    cleanups.push(() => informer.stop());
    await informer.synced();
    return { informer, events };
  }

  async function openGate(): Promise<NetworkGate> {
    const gate = await NetworkGate.open(kubeConfig);
    cleanups.push(() => gate.cut());
    return gate;
  }

  /** What was asked about the namespace, in short. */
  async function readRequests(): Promise<string[]> {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const audited = await cluster.auditLog();
    return audited
      .filter(({ requestURI }) => requestURI.startsWith(`${path}?`))
      .filter(({ verb }) => verb === 'list' || verb === 'watch')
      .filter(({ userAgent }) => userAgent === 'backstage-arena')
      .filter(({ stage }) => stage !== 'RequestReceived')
      .map(({ verb, requestURI, responseStatus }) => {
        const query = new URLSearchParams(requestURI.split('?')[1]);
        return `${verb} limit=${query.get('limit')} ${
          query.has('continue') ? 'continued' : ''
        } ${responseStatus?.code}`;
      });
  }

  it('reads more than one page, and then only watches', async () => {
    await objects.createMany(1_200);
    const { informer, events } = await start();
    expect(informer.list()).toHaveLength(1_200);
    const names = informer.told().map(({ metadata }) => metadata?.name);
    expect(names).toEqual([...names].sort());
    const one = informer.get(namespace, 'object-7');
    expect(one?.metadata).not.toHaveProperty('managedFields');
    expect(one).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });

    await objects.change('object-7', 'second');
    await objects.delete('object-8');
    await objects.create('new');
    await waitUntil('three events', () => events.length === 3);
    expect(events).toEqual([
      'MODIFIED object-7 first -> second',
      'DELETED object-8 first -> first',
      'ADDED new first',
    ]);
    const lists = (await readRequests()).filter(r => r.startsWith('list'));
    expect(lists).toEqual([
      'list limit=500  200',
      'list limit=500 continued 200',
      'list limit=500 continued 200',
    ]);
  });

  it('serves some namespaces, each with a watch of its own', async () => {
    const other = await namespaces.create('informer-other');
    const unserved = await namespaces.create('informer-unserved');
    await objects.create('here');
    await new TestObjects(client, other).create('there');
    await new TestObjects(client, unserved).create('elsewhere');
    const { informer, events } = await start({
      path: '/api/v1/configmaps',
      namespaces: [namespace, other],
    });
    const names = (within?: string) =>
      informer.list(within).map(({ metadata }) => metadata?.name);
    expect(names().sort()).toEqual(['here', 'there']);
    expect(names(other)).toEqual(['there']);
    expect(informer.get(other, 'there')).toBeDefined();
    expect(informer.get(unserved, 'elsewhere')).toBeUndefined();
    expect([...informer.versions.keys()]).toEqual([namespace, other]);
    await new TestObjects(client, unserved).create('later');
    await new TestObjects(client, other).create('later');
    await waitUntil('an event', () => events.length > 0);
    expect(events).toEqual(['ADDED later first']);
  });

  it('goes on where it was after a break, tells each change once, and lists nothing again', async () => {
    const gate = await openGate();
    await objects.create('a');
    await objects.create('b');
    const { informer, events } = await start({
      kubeConfig: gate.through(kubeConfig),
    });
    await gate.cut();
    await objects.change('a', 'second');
    await objects.change('a', 'third');
    await objects.delete('b');
    await waitUntil('an error', () => Boolean(informer.state.lastError));
    expect(informer.state).toMatchObject({
      synced: true,
      lastError: expect.stringContaining('ECONNREFUSED'),
    });
    // What it knows stays readable.
    expect(informer.get(namespace, 'a')?.data).toEqual({ value: 'first' });
    await gate.mend();
    await waitUntil('all changes', () => events.length === 3);
    gate.interrupt();
    await objects.create('c');
    await waitUntil('one more change', () => events.length === 4);
    expect(events).toEqual([
      'MODIFIED a first -> second',
      'MODIFIED a second -> third',
      'DELETED b first -> first',
      'ADDED c first',
    ]);
    await waitUntil('recovery', () => !informer.state.lastError);
    const lists = (await readRequests()).filter(r => r.startsWith('list'));
    expect(lists).toHaveLength(1);
  });

  it('notices a connection that died silently', async () => {
    const gate = await openGate();
    const { events } = await start({
      kubeConfig: gate.through(kubeConfig),
      stallMs: 1_500,
    });
    await objects.create('a');
    await waitUntil('the watch', () => events.length === 1);
    gate.freeze();
    await objects.create('b');
    await waitUntil('the change', () => events.length === 2);
    expect(events).toEqual(['ADDED a first', 'ADDED b first']);
  });

  it('shows at once what was written, and never an older state afterwards', async () => {
    const gate = await openGate();
    await objects.create('a');
    const { informer, events } = await start({
      kubeConfig: gate.through(kubeConfig),
    });
    const read = (name: string) => informer.get(namespace, name)?.data?.value;
    await gate.cut();
    const second = await objects.change('a', 'second');
    const third = await objects.change('a', 'third');
    informer.note(third);
    informer.note(second);
    expect(read('a')).toBe('third');
    const b = await objects.create('b');
    informer.note(b);
    expect(read('b')).toBe('first');
    expect(informer.list()).toHaveLength(2);
    await objects.delete('b');
    informer.noteDeleted(b);
    expect(read('b')).toBeUndefined();
    expect(informer.list()).toHaveLength(1);
    expect(await informer.caughtUp(10)).toBe(false);
    expect(events).toEqual([]);

    const seen: (string | undefined)[] = [];
    const deleted: (string | undefined)[] = [];
    informer.onEvent(() => {
      seen.push(read('a'));
      deleted.push(read('b'));
    });
    await gate.mend();
    expect(await informer.caughtUp(20_000)).toBe(true);
    await waitUntil('all changes', () => events.length === 4);
    expect(events).toEqual([
      'MODIFIED a first -> second',
      'MODIFIED a second -> third',
      'ADDED b first',
      'DELETED b first -> first',
    ]);
    expect(new Set(seen)).toEqual(new Set(['third']));
    expect(new Set(deleted)).toEqual(new Set([undefined]));
  });
});
