import { useCluster } from '@backstage-arena/arena-devcluster';
import { ARENA_KINDS, ArenaObject } from '@backstage-arena/plugin-arena-common';
import { mockLogger } from '../../__testUtils__/mockLogger';
import { input } from '../../store/__testUtils__/input';
import { systemClock } from '../../time/Clock';
import { ClusterStores, kubeConfigOf } from '../__testUtils__/clusterStores';
import { NetworkGate } from '../__testUtils__/NetworkGate';
import { TestNamespaces } from '../__testUtils__/TestNamespaces';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import {
  createKubernetesStore,
  KubernetesStore,
} from './createKubernetesStore';

jest.setTimeout(60_000);

const { kubeconfig, cluster } = useCluster();
const kubeConfig = kubeConfigOf(kubeconfig);
const namespaces = new TestNamespaces(KubeClient.for(kubeConfig));
const stores = new ClusterStores();

describe('KubernetesChangeFeed', () => {
  let namespace: string;
  let otherNamespace: string;

  beforeEach(async () => {
    namespace = await namespaces.create('feed');
    otherNamespace = await namespaces.create('feed-other');
  });

  const start = (options: Parameters<ClusterStores['start']>[1] = {}) =>
    stores.start(kubeconfig, {
      namespaces: [namespace, otherNamespace],
      ...options,
    });
  /** Two replicas that begin at the same point: one that begins later rightly knows nothing of what was before. */
  async function startPair(): Promise<KubernetesStore[]> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const pair = await Promise.all([start(), start()]);
      const [one, other] = await Promise.all(
        pair.map(async ({ changes, resources }) => {
          for (const { kind } of ARENA_KINDS) await resources.list(kind);
          return changes.currentVersion();
        }),
      );
      if (one === other) return pair;
      await Promise.all(pair.map(store => store.stop()));
    }
    throw new Error('Two replicas never began at the same point');
  }
  const create = (store: KubernetesStore, name: string, within = namespace) =>
    store.resources.create(input(name, { metadata: { namespace: within } }));
  const setPhase = (
    store: KubernetesStore,
    object: ArenaObject,
    phase: string,
  ) => store.resources.updateStatus({ ...object, status: { phase } });

  /** Follows until so many changes came; also says where they ended. */
  async function take(
    store: KubernetesStore,
    resourceVersion: string,
    count: number,
  ) {
    const seen: string[] = [];
    let cursor = resourceVersion;
    const changes = store.changes.follow({
      kind: 'all',
      resourceVersion,
      signal: AbortSignal.timeout(20_000),
    });
    for await (const change of changes) {
      if (!('object' in change)) continue;
      const { type, object } = change.object;
      seen.push(`${type} ${object.kind} ${object.metadata.name}`);
      cursor = change.resourceVersion;
      if (seen.length === count) break;
    }
    return { seen, cursor };
  }

  it('goes on where a stream of another replica ended, over several kinds and namespaces', async () => {
    const [first, second] = await startPair();
    const from = await first.changes.currentVersion();
    const job = await create(first, 'a');
    await first.resources.create(
      input('source', {
        kind: 'ArenaSource',
        metadata: { namespace: otherNamespace },
        spec: { type: 'configmap', configMap: { name: 'x' }, interval: '1m' },
      }),
    );
    const all = ['ADDED ArenaJob a', 'ADDED ArenaSource source'];
    const { seen, cursor } = await take(first, from, 2);
    expect([...seen].sort()).toEqual(all);
    // From the same point, whatever was told meanwhile.
    expect([...(await take(second, from, 2)).seen].sort()).toEqual(all);
    await setPhase(second, job, 'Running');
    await create(second, 'b', otherNamespace);
    const next = await take(second, cursor, 2);
    expect([...next.seen].sort()).toEqual([
      'ADDED ArenaJob b',
      'MODIFIED ArenaJob a',
    ]);
    // In the middle of them as well: nothing is lost, nothing comes twice.
    const half = await take(second, cursor, 1);
    const rest = await take(first, half.cursor, 1);
    expect([...half.seen, ...rest.seen].sort()).toEqual([...next.seen].sort());
  });

  it('says that it has forgotten, and never leaves out a change silently', async () => {
    const store = await start({ maxHistory: 10 });
    const from = await store.changes.currentVersion();
    const list = await store.resources.list('ArenaJob');
    const page = await create(store, 'a').then(() =>
      store.resources.list('ArenaJob', { limit: 1 }),
    );
    await create(store, 'b');
    const { metadata } = await store.resources.list('ArenaJob', { limit: 1 });
    for (let i = 0; i < 20; i++) await create(store, `job-${i}`);
    await store.resources.list('ArenaJob');
    const gone = { name: 'GoneError' };
    await expect(take(store, from, 1)).rejects.toMatchObject(gone);
    const watch = store.resources.watch('ArenaJob', {
      resourceVersion: list.metadata.resourceVersion,
      signal: AbortSignal.timeout(20_000),
    });
    await expect(watch.next()).rejects.toMatchObject(gone);
    await expect(
      store.resources.list('ArenaJob', {
        limit: 1,
        continue: metadata.continue,
      }),
    ).rejects.toMatchObject(gone);
    expect(page.metadata.continue).toBeUndefined();
    // A reader that is too slow is told as well.
    const now = await store.changes.currentVersion();
    const slow = store.changes.follow({
      kind: 'all',
      resourceVersion: now,
      signal: AbortSignal.timeout(20_000),
    });
    await create(store, 'first');
    expect(await slow.next()).toMatchObject({ done: false });
    for (let i = 0; i < 20; i++) await create(store, `more-${i}`);
    await store.resources.list('ArenaJob');
    await expect(
      (async () => {
        for (let i = 0; i < 20; i++) await slow.next();
      })(),
    ).rejects.toMatchObject(gone);
  });

  it('refuses a cursor of other namespaces', async () => {
    const store = await start();
    const other = await start({ namespaces: [otherNamespace] });
    await expect(
      take(store, await other.changes.currentVersion(), 1),
    ).rejects.toMatchObject({ name: 'GoneError' });
  });

  it('tells who followed before the cluster could be read to read everything again', async () => {
    const gate = await NetworkGate.open(kubeConfig);
    const through = gate.through(kubeConfig);
    await gate.cut();
    const store = createKubernetesStore({
      kubeConfig: through,
      cluster: 'test',
      namespaces: [namespace],
      clock: systemClock,
      logger: mockLogger(),
    });
    store.start();
    try {
      await waitUntil('an error', () => Boolean(store.state.lastError));
      expect(store.state).toMatchObject({ synced: false });
      const following = take(store, await store.changes.currentVersion(), 1);
      await expect(store.resources.list('ArenaJob')).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
        message: expect.stringContaining(
          "Cluster 'test' has not been read yet",
        ),
      });
      const key = { namespace, name: 'job' };
      await expect(store.resources.get('ArenaJob', key)).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
        message: expect.stringContaining("Cluster 'test' cannot be reached"),
      });
      const [, refusal] = await Promise.all([
        gate.mend(),
        following.catch((error: Error) => error.name),
      ]);
      expect(refusal).toBe('GoneError');
      await waitUntil(
        'recovery',
        () => store.state.synced && !store.state.lastError,
      );
      const created = await create(store, 'job');
      // Away again: what is known stays readable, and nothing can be written.
      await store.resources.list('ArenaJob');
      await gate.cut();
      await waitUntil('an error', () => Boolean(store.state.lastError));
      expect(await store.resources.get('ArenaJob', key)).toEqual(created);
      await expect(setPhase(store, created, 'Running')).rejects.toMatchObject({
        name: 'ServiceUnavailableError',
      });
    } finally {
      await store.stop();
      await gate.cut();
    }
  });

  it('leaves alone what kubectl and GitOps tools apply, and is left alone by them', async () => {
    const store = await start();
    const manifest = (labels: object, extra: object = {}) => ({
      apiVersion: 'omnia.altairalabs.ai/v1alpha1',
      kind: 'ArenaJob',
      metadata: { name: 'applied', namespace, labels },
      spec: { sourceRef: { name: 'source' }, ...extra },
    });
    const apply = (object: object, ...flags: string[]) =>
      cluster.kubectl(['apply', ...flags, '-f', '-'], {
        input: JSON.stringify(object),
      });
    const key = { namespace, name: 'applied' };
    const known = (condition: (job: ArenaObject) => boolean) =>
      waitUntil('what was applied', async () => {
        const { items } = await store.resources.list('ArenaJob', { namespace });
        return items.some(condition);
      });
    const serverSide = ['--server-side', '--field-manager=gitops'];
    await apply(manifest({ team: 'a' }), ...serverSide);
    await known(({ metadata }) => metadata.name === 'applied');
    const first = await store.resources.get('ArenaJob', key);
    const running = await setPhase(store, first, 'Running');
    const held = await store.resources.update({
      ...running,
      metadata: {
        ...running.metadata,
        annotations: { 'arena.backstage.io/creator': 'user:default/guest' },
        finalizers: ['arena.backstage.io/run'],
      },
    });
    // The same again is no change and no conflict; so is another label of theirs.
    await apply(manifest({ team: 'a' }), ...serverSide);
    const same = await cluster.kubectl([
      ...['get', 'arenajob', 'applied', '-n', namespace, '-o', 'json'],
    ]);
    expect(JSON.parse(same).metadata.resourceVersion).toBe(
      held.metadata.resourceVersion,
    );
    await apply(manifest({ team: 'b' }), ...serverSide);
    await known(({ metadata }) => metadata.labels?.team === 'b');
    const relabelled = await store.resources.get('ArenaJob', key);
    expect(relabelled).toMatchObject({
      metadata: {
        generation: 1,
        annotations: held.metadata.annotations,
        finalizers: ['arena.backstage.io/run'],
      },
      status: { phase: 'Running' },
    });
    // Client-side apply finds its own annotation again after our writes.
    await apply({
      ...manifest({ team: 'c' }),
      metadata: { name: 'client', namespace, labels: { team: 'c' } },
    });
    await known(({ metadata }) => metadata.name === 'client');
    const client = await store.resources.get('ArenaJob', {
      namespace,
      name: 'client',
    });
    await setPhase(store, client, 'Running');
    await apply({
      ...manifest({}),
      metadata: { name: 'client', namespace, labels: {} },
    });
    await known(
      ({ metadata, status }) =>
        metadata.name === 'client' &&
        !metadata.labels?.team &&
        status?.phase === 'Running',
    );
  });
});
