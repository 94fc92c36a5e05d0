import { mockLogger } from '../../__testUtils__/mockLogger';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { ArenaObject } from '@backstage-arena/plugin-arena-common';
import { input } from '../../store/__testUtils__/input';
import { ClusterStores, kubeConfigOf } from '../__testUtils__/clusterStores';
import { TestNamespaces } from '../__testUtils__/TestNamespaces';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import {
  createKubernetesStore,
  KubernetesStore,
} from '../store/createKubernetesStore';

jest.setTimeout(60_000);

const { kubeconfig, cluster } = useCluster();
const kubeConfig = kubeConfigOf(kubeconfig);
const namespaces = new TestNamespaces(KubeClient.for(kubeConfig));
const stores = new ClusterStores();

/** Moved by the tests. */
class TestClock {
  time = Date.parse('2026-11-23T10:00:00.250Z');

  now(): Date {
    return new Date(this.time);
  }
}

describe('KubernetesEventRecorder', () => {
  const clock = new TestClock();
  let namespace: string;
  let store: KubernetesStore;
  let job: ArenaObject;

  beforeAll(async () => {
    store = await stores.start(kubeconfig, { clock });
  });

  beforeEach(async () => {
    namespace = await namespaces.create('events');
    job = await store.resources.create(
      input('job', { metadata: { namespace } }),
    );
  });

  const started = {
    type: 'Normal',
    reason: 'Started',
    message: 'Run 1 began',
  } as const;
  const kubectl = (...args: string[]) =>
    cluster.kubectl([...args, '-n', namespace]);

  it('shows what happened to an object, here and in kubectl', async () => {
    await store.events.record(job, started);
    clock.time += 60_000;
    await store.events.record(job, {
      type: 'Warning',
      reason: 'ImagePull',
      message: 'no such image',
    });
    const other = await store.resources.create(
      input('other', { metadata: { namespace } }),
    );
    await store.events.record(other, started);

    const events = await store.events.list(job.metadata);
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        type: 'Warning',
        reason: 'ImagePull',
        message: 'no such image',
        count: 1,
        firstTimestamp: '2026-11-23T10:01:00Z',
        lastTimestamp: '2026-11-23T10:01:00Z',
        involvedObject: {
          kind: 'ArenaJob',
          namespace,
          name: 'job',
          uid: job.metadata.uid,
        },
      },
      expect.objectContaining({
        reason: 'Started',
        firstTimestamp: '2026-11-23T10:00:00Z',
      }),
    ]);
    const described = await kubectl('describe', 'arenajob', 'job');
    expect(described).toMatch(
      /Normal\s+Started\s.*backstage-arena\s+Run 1 began/,
    );
    expect(described).toMatch(/Warning\s+ImagePull\s.*no such image/);
    // Without a cache the API server is asked.
    const fresh = createKubernetesStore({
      kubeConfig,
      cluster: 'test',
      clock,
      logger: mockLogger(),
    });
    expect(await fresh.events.list(job.metadata)).toEqual(events);
  });

  it('counts what happens again, also of other replicas and at the same time', async () => {
    const replica = await stores.start(kubeconfig, { clock });
    await store.events.record(job, started);
    clock.time += 60_000;
    await Promise.all([
      store.events.record(job, started),
      store.events.record(job, started),
      replica.events.record(job, started),
    ]);
    const { uid } = job.metadata;
    const countOf = async ({ events }: KubernetesStore) =>
      (await events.list({ uid }))[0]?.count;
    await waitUntil('all four', async () => (await countOf(store)) === 4);
    await waitUntil('the other', async () => (await countOf(replica)) === 4);
    const [event, ...none] = await store.events.list(job.metadata);
    expect(none).toEqual([]);
    expect(
      Date.parse(event.lastTimestamp) - Date.parse(event.firstTimestamp),
    ).toBe(60_000);
  });

  it('records anew what has expired', async () => {
    await store.events.record(job, started);
    await store.events.record(job, started);
    await kubectl('delete', 'events', '--all');
    await store.events.record(job, started);
    await waitUntil('the new event', async () => {
      const events = await store.events.list(job.metadata);
      return events[0]?.count === 1;
    });
    expect(await store.events.list(job.metadata)).toHaveLength(1);
  });

  it('is told to who follows the cluster', async () => {
    const resourceVersion = await store.changes.currentVersion();
    const following = store.changes.follow({
      kind: 'all and events',
      resourceVersion,
      signal: AbortSignal.timeout(20_000),
    });
    await store.events.record(job, started);
    await store.events.record(job, started);
    const counts: number[] = [];
    for await (const change of following) {
      const isOurs =
        'event' in change &&
        change.event.involvedObject.uid === job.metadata.uid;
      if (isOurs) counts.push(change.event.count);
      if (counts.length === 2) break;
    }
    expect(counts).toEqual([1, 2]);
  });

  it('does not keep from working whom it cannot serve', async () => {
    const logger = mockLogger();
    const refused = createKubernetesStore({
      kubeConfig,
      cluster: 'test',
      clock,
      logger,
    });
    const elsewhere = {
      ...job,
      metadata: { ...job.metadata, namespace: 'events-nowhere' },
    };
    await refused.events.record(elsewhere, started);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringMatching(
        /Could not record event Started of ArenaJob events-nowhere\/job: .*namespaces "events-nowhere" not found/,
      ),
    );
  });
});
