import { mockLogger } from '../../__testUtils__/mockLogger';
import { ConfigReader } from '@backstage/config';
import {
  ARENA_API_VERSION,
  ArenaJob,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import { WorkerLauncher } from '@backstage-arena/plugin-arena-node';
import { Knex } from 'knex';
import { Readable } from 'node:stream';
import { databases } from '../../__testUtils__/databases';
import { migratedDatabase } from '../../__testUtils__/migratedDatabase';
import { plannedReply } from '../../__testUtils__/plannedReply';
import { readArenaConfig } from '../../config/readArenaConfig';
import { createSecretReader } from '../../planning/credentials';
import { createRunServices, RunServices } from '../../runs/createRunServices';
import { crdAdmission } from '../../services/crdAdmission';
import { DatabaseSnapshotStore } from '../../snapshots/DatabaseSnapshotStore';
import {
  createEmbeddedStore,
  EmbeddedStore,
} from '../../store/createEmbeddedStore';
import { systemClock } from '../../time/Clock';
import { findCondition } from '../conditions';
import { JobController } from '../job/JobController';
import { RunPools } from '../job/RunPools';

jest.setTimeout(120_000);

const NAMESPACE = 'default';

/** Workers that never do anything. */
const idle: WorkerLauncher = {
  id: 'idle',
  ensure: async () => ({ workers: [], active: 0 }),
  status: async () => ({ workers: [], active: 0 }),
  stop: async () => {},
  release: async () => {},
  shutdown: async () => {},
};

describe.each(databases.eachSupportedId())('limits of jobs on %s', id => {
  let store: EmbeddedStore;
  let runServices: RunServices;
  let createController: () => JobController;

  async function setup(limits: object) {
    const logger = mockLogger();
    const config = readArenaConfig(
      new ConfigReader({
        arena: { limits: { namespaces: { default: limits } } },
      }),
    );
    const knex: Knex = await migratedDatabase(id);
    store = createEmbeddedStore({ knex, admission: crdAdmission, logger });
    const snapshots = new DatabaseSnapshotStore({ knex, clock: systemClock });
    runServices = createRunServices({
      knex,
      clock: systemClock,
      logger,
      snapshots,
      config,
    });
    const { digest } = await snapshots.put(Readable.from(['bundle']));
    const source = await store.resources.create<ArenaSource>({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaSource',
      metadata: { name: 'source', namespace: NAMESPACE },
      spec: { type: 'workspace', workspace: { path: 'x' } },
    });
    await store.resources.updateStatus<ArenaSource>({
      ...source,
      status: {
        phase: 'Ready',
        artifact: { ...source.status?.artifact, revision: 'r1', digest },
      } as ArenaSource['status'],
    });
    const secrets = createSecretReader({ config, environment: {} });
    const { runs, signal } = runServices;
    createController = () =>
      new JobController({
        store: store.resources,
        events: store.events,
        runs,
        loads: runServices.loads,
        datasets: runServices.datasets,
        verdicts: runServices.verdicts,
        signal,
        snapshots,
        secrets,
        config,
        logger,
        clock: systemClock,
        appBaseUrl: 'http://portal',
        statusIntervalMs: 0,
        planner: { plan: async () => plannedReply([{ id: 's', trials: 3 }]) },
        pools: new RunPools({
          runs,
          secrets,
          cluster: 'embedded',
          launcher: idle,
          workerUrl: async () => 'http://127.0.0.1:1',
        }),
      });
  }

  const createJob = (name: string, spec: object = {}) =>
    store.resources.create<ArenaJob>({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: { namespace: NAMESPACE, name },
      spec: { sourceRef: { name: 'source' }, ...spec },
    });
  const getJob = (name: string) =>
    store.resources.get<ArenaJob>('ArenaJob', { namespace: NAMESPACE, name });

  /** Looks at each of these jobs a few times, at once. */
  async function look(controller: JobController, names: string[]) {
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        names.map(name => controller.reconcile({ namespace: NAMESPACE, name })),
      );
    }
  }

  async function phases(names: string[]) {
    const jobs = await Promise.all(names.map(getJob));
    return jobs.map(({ status }) => {
      const ready = findCondition(status?.conditions, 'Ready');
      return status?.phase === 'Pending' ? ready?.reason : status?.phase;
    });
  }

  async function finish(controller: JobController, name: string) {
    const { status } = await getJob(name);
    await runServices.runs.close(status!.run!.id, {
      outcome: 'Cancelled',
      finalize: false,
    });
    await look(controller, [name]);
  }

  it('lets jobs run one after the other, the oldest first, across a change of the controller', async () => {
    await setup({ maxRunningJobs: 1 });
    const names = ['a', 'b', 'c'];
    const first = createController();
    await createJob('running');
    await look(first, ['running']);
    for (const name of names) await createJob(name);
    await look(first, [...names].reverse());
    expect(await phases(['running', ...names])).toEqual([
      'Running',
      'QuotaExceeded',
      'QuotaExceeded',
      'QuotaExceeded',
    ]);
    expect(first.affectedBy(await getJob('running'))).toEqual([
      { namespace: NAMESPACE, name: 'a' },
    ]);
    // One event for the wait, however the line moves on.
    expect(
      (await store.events.list((await getJob('c')).metadata)).map(
        ({ reason, count }) => `${reason} ${count}`,
      ),
    ).toEqual(['QuotaExceeded 1']);

    await finish(first, 'running');
    const second = createController();
    await look(second, ['c', 'b']);
    expect(await phases(['c', 'b'])).toEqual([
      'QuotaExceeded',
      'QuotaExceeded',
    ]);
    await look(second, ['c', 'a', 'b']);
    expect(await phases(names)).toEqual([
      'Running',
      'QuotaExceeded',
      'QuotaExceeded',
    ]);

    // Who is cancelled or gone does not hold up the others.
    await store.resources.delete('ArenaJob', (await getJob('b')).metadata);
    await finish(second, 'a');
    await look(second, ['b', 'c']);
    expect(await phases(['c'])).toEqual(['Running']);
  });

  it('starts no more than the workers allow, though all are new', async () => {
    await setup({ maxWorkers: 5 });
    const names = ['a', 'b', 'c'];
    for (const name of names)
      await createJob(name, { workers: { replicas: 2 } });
    await createJob('huge', { workers: { replicas: 6 } });
    await look(createController(), [...names, 'huge']);
    const said = await phases(names);
    expect(said.filter(phase => phase === 'Running')).toHaveLength(2);
    expect(said.filter(phase => phase === 'QuotaExceeded')).toHaveLength(1);
    const huge = findCondition(
      (await getJob('huge')).status?.conditions,
      'Ready',
    );
    expect(huge?.message).toContain('the job may need 6 workers');
  });

  it('lets nothing start once the money is spent', async () => {
    await setup({ maxMonthlyCost: 0 });
    await createJob('a');
    await look(createController(), ['a']);
    expect(await phases(['a'])).toEqual(['BudgetExhausted']);
  });
});
