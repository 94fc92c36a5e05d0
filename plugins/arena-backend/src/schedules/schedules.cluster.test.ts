import { mockLogger } from '../__testUtils__/mockLogger';
import { useCluster } from '@backstage-arena/arena-devcluster';
import { ArenaJob } from '@backstage-arena/plugin-arena-common';
import { JsonObject } from '@backstage/types';
import knexFactory, { Knex } from 'knex';
import { applyMigrations } from '../database/applyMigrations';
import { configureDatabase } from '../database/configureDatabase';
import {
  ClusterStores,
  kubeConfigOf,
} from '../kubernetes/__testUtils__/clusterStores';
import { TestNamespaces } from '../kubernetes/__testUtils__/TestNamespaces';
import { waitUntil } from '../kubernetes/__testUtils__/waitUntil';
import { KubeClient } from '../kubernetes/client/KubeClient';
import { KubernetesStore } from '../kubernetes/store/createKubernetesStore';
import { PlannedRuns } from '../runs/PlannedRun';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import { isChildOf } from './childJob';
import { ScheduleController } from './ScheduleController';
import { ScheduleHistory } from './ScheduleHistory';

jest.setTimeout(60_000);

const { kubeconfig } = useCluster();
const namespaces = new TestNamespaces(KubeClient.for(kubeConfigOf(kubeconfig)));
const stores = new ClusterStores();

describe('schedules on a Kubernetes cluster', () => {
  let store: KubernetesStore;
  let knex: Knex;
  let namespace: string;
  let now: Date;

  beforeAll(async () => {
    store = await stores.start(kubeconfig);
    namespace = await namespaces.create('schedules');
    knex = knexFactory({
      client: 'better-sqlite3',
      connection: ':memory:',
      useNullAsDefault: true,
    });
    await configureDatabase(knex);
    await applyMigrations(knex);
  });

  afterAll(() => knex?.destroy());

  const controller = () =>
    new ScheduleController({
      store: store.resources,
      events: store.events,
      history: new ScheduleHistory(knex),
      verdicts: new RunVerdicts({ knex, runs: new PlannedRuns(knex) }),
      clock: { now: () => now },
      logger: mockLogger(),
    });
  const job = (name: string) =>
    store.resources.get<ArenaJob>('ArenaJob', { namespace, name });

  async function childrenOf(parent: ArenaJob): Promise<ArenaJob[]> {
    const { items } = await store.resources.list<ArenaJob>('ArenaJob', {
      namespace,
    });
    return items.filter(child => isChildOf(child, parent));
  }

  async function nextTime(name: string): Promise<string> {
    let next = '';
    await waitUntil('the next night is known', async () => {
      next = (await job(name)).status?.nextScheduleTime ?? '';
      return Date.parse(next) > now.getTime();
    });
    return next;
  }

  it.each<[string, JsonObject]>([
    ['nightly-eval', { cron: '0 2 * * *', timezone: 'UTC' }],
    [
      'schedule',
      {
        cron: '0 2 * * *',
        timezone: 'America/New_York',
        concurrencyPolicy: 'Forbid',
      },
    ],
  ])(
    'start %s every night, once, and keep its history',
    async (name, schedule) => {
      now = new Date();
      const key = { namespace, name };
      const parent = await store.resources.create<ArenaJob>({
        apiVersion: 'omnia.altairalabs.ai/v1alpha1',
        kind: 'ArenaJob',
        metadata: { name, namespace },
        spec: {
          sourceRef: { name: 'production-tests' },
          schedule,
          ttlSecondsAfterFinished: 604_800,
        },
      });
      await controller().reconcile(key);
      const seen = new Set<string>();
      for (let night = 1; night <= 4; night += 1) {
        const due = await nextTime(name);
        now = new Date(due);
        // Both look at once, and their caches may be behind.
        await Promise.allSettled([
          controller().reconcile(key),
          controller().reconcile(key),
        ]);
        await waitUntil('the child is there', async () => {
          await controller()
            .reconcile(key)
            .catch(() => {});
          const children = await childrenOf(parent);
          children.forEach(({ metadata }) => seen.add(metadata.name));
          return seen.size >= night;
        });
        expect(seen.size).toBe(night);
        const [child] = (await childrenOf(parent)).filter(
          ({ status: own }) => own?.phase === undefined,
        );
        expect(child.spec).toMatchObject({ ttlSecondsAfterFinished: 604_800 });
        await store.resources.updateStatus({
          ...child,
          spec: {},
          status: { phase: 'Succeeded', completionTime: now.toISOString() },
        });
        await waitUntil('the parent shows it', async () => {
          await controller()
            .reconcile(key)
            .catch(() => {});
          const found = await job(name);
          return (
            found.status?.phase === 'Succeeded' &&
            found.status.lastScheduleTime === due
          );
        });
      }
      await waitUntil('the history is short enough', async () => {
        await controller()
          .reconcile(key)
          .catch(() => {});
        return (await childrenOf(parent)).length === 3;
      });
      await store.resources.delete('ArenaJob', key);
      await waitUntil(
        'what it owns is gone',
        async () => (await childrenOf(parent)).length === 0,
      );
    },
  );
});
