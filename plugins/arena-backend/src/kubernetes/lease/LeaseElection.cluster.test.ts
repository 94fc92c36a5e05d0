import { useCluster } from '@backstage-arena/arena-devcluster';
import { KubeConfig } from '@kubernetes/client-node';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { kubeConfigOf } from '../__testUtils__/clusterStores';
import { NetworkGate } from '../__testUtils__/NetworkGate';
import { TestNamespaces } from '../__testUtils__/TestNamespaces';
import { waitUntil } from '../__testUtils__/waitUntil';
import { KubeClient } from '../client/KubeClient';
import { LeaseElection } from './LeaseElection';

jest.setTimeout(60_000);

const TTL_MS = 5_000;
const RENEW_DEADLINE_MS = 4_000;
const RENEW_MS = 500;
const HOUR_MS = 3_600_000;

const { kubeconfig, cluster } = useCluster();
const kubeConfig = kubeConfigOf(kubeconfig);
const client = KubeClient.for(kubeConfig);
const namespaces = new TestNamespaces(client);

interface Lease {
  metadata: { resourceVersion: string; labels?: Record<string, string> };
  spec: { holderIdentity: string; renewTime: string };
}

interface Replica {
  election: LeaseElection;
  epochs: number[];
  deposed: number;
  errors: unknown[];
}

describe('LeaseElection', () => {
  let namespace: string;
  let replicas: Replica[];

  beforeEach(async () => {
    namespace = await namespaces.create('lease');
    replicas = [];
  });

  afterEach(() => Promise.all(replicas.map(({ election }) => election.stop())));

  function create(
    holder: string,
    options: { kubeConfig?: KubeConfig; aheadMs?: number } = {},
  ): Replica {
    const { aheadMs = 0 } = options;
    const replica: Replica = {
      epochs: [],
      deposed: 0,
      errors: [],
      election: new LeaseElection({
        kubeConfig,
        ...options,
        namespace,
        name: 'arena-controller',
        holder,
        clock: { now: () => new Date(Date.now() + aheadMs) },
        ttlMs: TTL_MS,
        renewDeadlineMs: RENEW_DEADLINE_MS,
        renewMs: RENEW_MS,
        onElected: async epoch => {
          replica.epochs.push(epoch);
        },
        onDeposed: async () => {
          replica.deposed += 1;
        },
        onError: error => replica.errors.push(error),
      }),
    };
    replicas.push(replica);
    return replica;
  }

  const leaders = () => replicas.filter(({ election }) => election.isLeader());
  const oneLeads = () => waitUntil('one leader', () => leaders().length === 1);
  const readLease = async (): Promise<Lease> => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/arena-controller`;
    const { body } = await client.request({ path });
    return body as Lease;
  };

  /** Counts the moments at which more than one acts. */
  function countDoubles(): { stop: () => number } {
    let doubles = 0;
    const timer = setInterval(() => {
      if (leaders().length > 1) doubles += 1;
    }, 1);
    return {
      stop: () => {
        clearInterval(timer);
        return doubles;
      },
    };
  }

  it('elects one of many, whatever their clocks say, and another one at once when it steps down', async () => {
    for (const [i, aheadMs] of [0, -HOUR_MS, HOUR_MS, 0, 0].entries()) {
      create(`replica-${i}`, { aheadMs });
    }
    const doubles = countDoubles();
    replicas.forEach(({ election }) => election.start());
    await oneLeads();
    const [first] = leaders();
    const transitions: number[] = [];
    // Longer than the lease lasts without being renewed.
    await waitUntil('renewals', async () => {
      const { metadata } = await readLease();
      transitions.push(Number(metadata.resourceVersion));
      return new Set(transitions).size > (2 * TTL_MS) / RENEW_MS;
    });
    expect(leaders()).toEqual([first]);
    expect(first.epochs).toEqual([1]);
    await first.election.stop();
    expect(first.election.isLeader()).toBe(false);
    expect(first.deposed).toBe(1);
    await oneLeads();
    expect(leaders()[0].epochs).toEqual([2]);
    expect(doubles.stop()).toBe(0);
    const { spec } = await readLease();
    expect(spec).toMatchObject({
      holderIdentity: expect.stringMatching(/^replica-[0-4]$/),
      leaseDurationSeconds: TTL_MS / 1_000,
      leaseTransitions: 2,
    });
    expect(replicas.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('stops believing in its lease when it is cut off, before another replica takes it', async () => {
    const gate = await NetworkGate.open(kubeConfig);
    const first = create('first', { kubeConfig: gate.through(kubeConfig) });
    first.election.start();
    await oneLeads();
    const second = create('second');
    second.election.start();
    await waitUntil('a renewal that the second saw', async () => {
      const before = (await readLease()).metadata.resourceVersion;
      await waitUntil(
        'a renewal',
        async () => (await readLease()).metadata.resourceVersion !== before,
      );
      return true;
    });
    const doubles = countDoubles();
    await gate.cut();
    await waitUntil('the second', () => second.election.isLeader());
    expect(doubles.stop()).toBe(0);
    expect(second.epochs).toEqual([2]);
    await waitUntil('the first to step down', () => first.deposed === 1);
    await gate.mend();
    await first.election.stop();
    expect((await readLease()).spec.holderIdentity).toBe('second');
    await gate.cut();
  });

  it('does not take back a lease that another holder has, and bears that others label it', async () => {
    const first = create('first');
    first.election.start();
    await oneLeads();
    const change = (patch: object) =>
      cluster.kubectl([
        ...['patch', 'lease', 'arena-controller', '-n', namespace],
        ...['--type=merge', '-p', JSON.stringify(patch)],
      ]);
    await change({ metadata: { labels: { seen: 'yes' } } });
    await waitUntil('a renewal of the labelled lease', async () => {
      const { metadata, spec } = await readLease();
      return (
        metadata.labels?.seen === 'yes' &&
        Date.parse(spec.renewTime) > Date.now() - RENEW_MS / 2
      );
    });
    expect(first.deposed).toBe(0);
    await change({
      spec: {
        holderIdentity: 'thief',
        leaseDurationSeconds: 3_600,
        leaseTransitions: 7,
      },
    });
    await waitUntil('the first to step down', () => first.deposed === 1);
    await first.election.stop();
    expect((await readLease()).spec.holderIdentity).toBe('thief');
    expect(first.epochs).toEqual([1]);
  });

  it('is led by another while the process of the holder is stopped, which knows that when it wakes', async () => {
    const child = spawn(
      process.execPath,
      [
        ...['-r', require.resolve('@backstage/cli/config/nodeTransform.cjs')],
        join(__dirname, '__testUtils__/holderProcess.ts'),
        ...[kubeconfig, namespace],
        ...[TTL_MS, RENEW_DEADLINE_MS, RENEW_MS].map(String),
      ],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    try {
      const said: string[] = [];
      createInterface({ input: child.stdout }).on('line', line =>
        said.push(line),
      );
      await waitUntil('the child', () => said.includes('believes'));
      const second = create('second');
      second.election.start();
      await waitUntil('a look of the second', async () => {
        const { metadata } = await readLease();
        const before = metadata.resourceVersion;
        await waitUntil(
          'a renewal',
          async () => (await readLease()).metadata.resourceVersion !== before,
        );
        return true;
      });
      child.kill('SIGSTOP');
      await waitUntil('the second', () => second.election.isLeader());
      expect(said).toEqual(['elected 1', 'believes']);
      child.kill('SIGCONT');
      child.stdin.write('do you lead?\n');
      await waitUntil('an answer', () =>
        said.some(line => line.startsWith('answer')),
      );
      await waitUntil('its end of leading', () => said.includes('deposed'));
      expect(said).toContain('answer false');
      expect(said.filter(line => line === 'believes')).toHaveLength(1);
      expect(second.election.isLeader()).toBe(true);
      expect(second.epochs).toEqual([2]);
    } finally {
      child.kill('SIGKILL');
      if (child.exitCode === null) await once(child, 'exit');
    }
  });

  it('says why it cannot elect', async () => {
    const nowhere = new LeaseElection({
      kubeConfig,
      namespace: 'lease-nowhere',
      name: 'arena-controller',
      holder: 'first',
      clock: { now: () => new Date() },
      ttlMs: TTL_MS,
      renewDeadlineMs: RENEW_DEADLINE_MS,
      renewMs: RENEW_MS,
      onElected: async () => {},
      onDeposed: async () => {},
      onError: () => {},
    });
    await expect(nowhere.acquire()).rejects.toThrow(
      'namespaces "lease-nowhere" not found',
    );
  });
});
