import { JsonObject } from '@backstage/types';
import { mockLogger } from '../../__testUtils__/mockLogger';
import { ConfigReader } from '@backstage/config';
import {
  ARENA_API_VERSION,
  ArenaJob,
  ArenaObjectInput,
  ArenaSource,
} from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolKey,
  WorkerPoolSpec,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
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
import { JobController, JobControllerOptions } from './JobController';
import { isTerminal } from './nextJobState';
import { RunPools } from './RunPools';

jest.setTimeout(120_000);

const ITEMS = 3;
const KEY = { namespace: 'default', name: 'job' };

class Crash extends Error {
  name = 'Crash';
}

/** A process that dies right after its n-th write: what it wrote stays, what it knew is lost. */
class Crasher {
  writes = 0;

  constructor(private readonly crashAfter: number) {}

  wrap<T extends object>(target: T, writing: string[]): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        if (!writing.includes(String(name))) return value.bind(object);
        return async (...args: unknown[]) => {
          const result = await value.apply(object, args);
          this.writes += 1;
          if (this.writes === this.crashAfter) throw new Crash();
          return result;
        };
      },
    });
  }
}

/** Keeps what it was asked for. */
class RecordingLauncher implements WorkerLauncher {
  readonly id = 'recording';
  readonly pools = new Map<string, WorkerPoolSpec>();
  readonly stopped: WorkerPoolKey[] = [];
  trouble: WorkerPoolStatus['trouble'];

  async ensure(spec: WorkerPoolSpec) {
    if (spec.replicas > 0) this.pools.set(spec.runId, spec);
    else this.pools.delete(spec.runId);
    return this.status(spec);
  }
  async status({ runId }: WorkerPoolKey) {
    const active = this.pools.get(runId)?.replicas ?? 0;
    return { workers: [], active, trouble: this.trouble };
  }
  async stop(pool: WorkerPoolKey) {
    this.stopped.push(pool);
    this.pools.delete(pool.runId);
  }
  refuses(workers: ArenaJob['spec']['workers']) {
    return workers?.podOverrides?.serviceAccountName
      ? { reason: 'PodOverridesNotAllowed', message: 'Not that one' }
      : undefined;
  }
  async release(runId: string) {
    this.pools.delete(runId);
  }
  async shutdown() {
    this.pools.clear();
  }
}

describe.each(databases.eachSupportedId())('JobController on %s', id => {
  let knex: Knex;
  let store: EmbeddedStore;
  let runServices: RunServices;
  let snapshots: DatabaseSnapshotStore;
  let launcher: RecordingLauncher;
  const logger = mockLogger();
  const config = readArenaConfig(new ConfigReader({}));

  function createController(
    crasher = new Crasher(0),
    options: Pick<JobControllerOptions, 'takes'> = {},
  ): JobController {
    const runs = crasher.wrap(runServices.runs, [
      'create',
      'close',
      'issueToken',
    ]);
    const secrets = createSecretReader({ config, environment: {} });
    return new JobController({
      ...options,
      store: crasher.wrap(store.resources, ['update', 'updateStatus']),
      events: crasher.wrap(store.events, ['record']),
      runs,
      loads: runServices.loads,
      datasets: runServices.datasets,
      verdicts: crasher.wrap(runServices.verdicts, ['record']),
      signal: runServices.signal,
      snapshots,
      secrets,
      config,
      logger,
      clock: systemClock,
      appBaseUrl: 'http://portal',
      statusIntervalMs: 0,
      planner: { plan: async () => plannedReply([{ id: 's', trials: ITEMS }]) },
      pools: new RunPools({
        runs,
        secrets,
        cluster: 'embedded',
        launcher: crasher.wrap(launcher, ['ensure', 'stop']),
        workerUrl: async () => 'http://127.0.0.1:1',
      }),
    });
  }

  /** Does what a worker would do with the whole run, reports included. */
  async function work(runId: string) {
    const { queue } = runServices;
    const workerId = 'w';
    await queue.register(runId, {
      protocolVersion: 1,
      workerId,
      engineVersion: '1',
      host: 'h',
    });
    for (;;) {
      const lease = await queue.lease(runId, { workerId, capacity: 100 });
      if (lease.state === 'closed') return;
      if (lease.state === 'wait') throw new Error('Nothing to do');
      const { leaseId, fence } = lease;
      if (lease.state === 'finalize') {
        await queue.release(runId, {
          workerId,
          leaseId,
          fence,
          started: [],
          finalize: { ok: true, files: [] },
        });
        return;
      }
      const indexes = lease.ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from }, (_, i) => from + i),
      );
      await queue.report(runId, {
        workerId,
        leaseId,
        fence,
        results: indexes.map(index => ({
          index,
          attempt: 1,
          status: 'passed',
          startedAt: new Date().toISOString(),
          durationMs: 1,
          checksTotal: 1,
          checksFailed: 0,
          turns: 1,
          toolCalls: 0,
          inputTokens: 0,
          outputTokens: 0,
          cachedTokens: 0,
          cost: 0,
        })),
      });
    }
  }

  const isRunning = (job: ArenaJob) =>
    job.status?.phase === 'Running' && launcher.pools.size > 0;
  const getJob = () => store.resources.get<ArenaJob>('ArenaJob', KEY);
  const createJob = (spec: object = {}) =>
    store.resources.create<ArenaJob>({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: KEY,
      spec: { sourceRef: { name: 'source' }, ...spec },
    });

  /** Reconciles until a condition holds, with a new process after each crash. */
  async function drive(first: JobController, done: (job: ArenaJob) => boolean) {
    let controller = first;
    for (let step = 0; step < 60; step += 1) {
      const job = await getJob();
      if (done(job)) return job;
      try {
        await controller.reconcile(KEY);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        launcher.pools.clear();
        controller = createController();
      }
    }
    throw new Error(`Never: ${JSON.stringify((await getJob()).status)}`);
  }

  beforeEach(async () => {
    knex = await migratedDatabase(id);
    store = createEmbeddedStore({ knex, admission: crdAdmission, logger });
    snapshots = new DatabaseSnapshotStore({ knex, clock: systemClock });
    runServices = createRunServices({
      knex,
      clock: systemClock,
      logger,
      snapshots,
      config,
    });
    launcher = new RecordingLauncher();
    const { digest } = await snapshots.put(Readable.from(['bundle']));
    const source = await store.resources.create<ArenaSource>({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaSource',
      metadata: { name: 'source', namespace: 'default' },
      spec: { type: 'workspace', workspace: { path: 'x' } },
    });
    await store.resources.updateStatus({
      ...source,
      status: { phase: 'Ready', artifact: { revision: 'r1', digest } },
    } as any);
  });

  /** A whole life of a job whose controller dies after its n-th write. */
  async function liveWithCrash(crashAfter: number) {
    const { metadata } = await createJob();
    const crasher = new Crasher(crashAfter);
    const running = await drive(createController(crasher), isRunning);
    const started = [...launcher.pools.keys()];
    const runId = running.status!.run!.id;
    await work(runId);
    const crashed = crasher.writes >= crashAfter;
    const finished = await drive(
      createController(crashed ? undefined : crasher),
      job => isTerminal(job.status?.phase) && !job.metadata.finalizers?.length,
    );
    const runs = await runServices.runs.find({ jobUid: metadata.uid });
    const events = await store.events.list(metadata);
    await store.resources.delete('ArenaJob', KEY);
    return {
      crashed: crasher.writes >= crashAfter,
      seen: {
        phase: finished.status?.phase,
        progress: finished.status?.progress,
        attempts: runs.map(run => run.attempt),
        started: started.map(pool => pool === runId),
        left: launcher.pools.size,
        repeatedEvents: events.filter(event => event.count > 1),
      },
    };
  }

  it('closes the run of a job that was removed while nobody acted', async () => {
    await createJob();
    await drive(createController(), isRunning);
    const { status, metadata } = await getJob();
    const runId = status!.run!.id;
    // Removed past our finalizer, as somebody with enough rights may.
    await store.resources.update({
      ...(await getJob()),
      metadata: { ...(await getJob()).metadata, finalizers: [] },
    } as ArenaObjectInput<JsonObject>);
    await store.resources.delete('ArenaJob', KEY, {
      preconditions: { uid: metadata.uid },
    });

    const next = createController();
    const end = await new Promise<() => void>(resolve => {
      const stop = next.wokenBy(key => {
        expect(key).toEqual(KEY);
        // Not within its own call.
        setImmediate(() => resolve(stop));
      });
    });
    await next.reconcile(KEY);
    end();
    const { namespace, name: jobName } = KEY;
    expect(launcher.stopped).toEqual([
      { runId, namespace, jobName, jobUid: metadata.uid },
    ]);
    expect(await runServices.runs.head(runId)).toMatchObject({
      state: 'Closed',
      outcome: 'Cancelled',
    });
  });

  it('leaves a job of another class alone, whoever woke it', async () => {
    await createJob();
    const controller = createController(new Crasher(0), { takes: () => false });
    expect(await controller.reconcile(KEY)).toEqual({});
    const job = await getJob();
    expect(job.status).toBeUndefined();
    expect(job.metadata.finalizers ?? []).toEqual([]);
  });

  it('creates one run and counts it once, wherever it crashes', async () => {
    const lives = [];
    do {
      lives.push(await liveWithCrash(lives.length + 1));
    } while (lives[lives.length - 1].crashed);
    // The last life had no crash: every place was tried.
    expect(lives.length).toBeGreaterThan(8);
    const expected = {
      phase: 'Succeeded',
      progress: { total: ITEMS, completed: ITEMS, failed: 0, pending: 0 },
      attempts: [1],
      started: [true],
      left: 0,
      repeatedEvents: [],
    };
    expect(lives.map(life => life.seen)).toEqual(lives.map(() => expected));
  });

  it('creates nothing twice when two controllers act at once', async () => {
    const { metadata } = await createJob();
    const controllers = [createController(), createController()];
    const failures: string[] = [];
    for (let step = 0; step < 15; step += 1) {
      const results = await Promise.allSettled(
        controllers.map(controller => controller.reconcile(KEY)),
      );
      failures.push(
        ...results.flatMap(result =>
          result.status === 'rejected' ? [result.reason.name] : [],
        ),
      );
    }
    // The loser of a race is told so, and nothing else goes wrong.
    expect(failures.filter(name => name !== 'ConflictError')).toEqual([]);
    const job = await getJob();
    expect(job.status?.phase).toBe('Running');
    const runs = await runServices.runs.find({ jobUid: metadata.uid });
    expect(runs).toHaveLength(1);
    const events = await store.events.list(metadata);
    expect(events.filter(event => event.reason === 'JobCreated')).toHaveLength(
      1,
    );
  });

  it('makes no run for pods that may not be as the job wants them', async () => {
    const { metadata } = await createJob({
      workers: { podOverrides: { serviceAccountName: 'admin' } },
    });
    const isRefused = ({ status }: ArenaJob) =>
      status?.conditions?.find(({ type }) => type === 'Ready')?.reason ===
      'PodOverridesNotAllowed';
    const job = await drive(createController(), isRefused);
    expect(job.status?.phase).toBe('Pending');
    expect(await runServices.runs.find({ jobUid: metadata.uid })).toEqual([]);
  });

  it('ends a run whose workers will never work, and says why', async () => {
    await createJob();
    const controller = createController();
    await drive(controller, isRunning);
    launcher.trouble = {
      reason: 'BackoffLimitExceeded',
      message: 'The workers have failed too often',
      fatal: true,
    };
    const job = await drive(
      controller,
      ({ status, metadata }) =>
        isTerminal(status?.phase) && !metadata.finalizers?.length,
    );
    expect(job.status).toMatchObject({
      phase: 'Failed',
      activeWorkers: 0,
      conditions: expect.arrayContaining([
        expect.objectContaining({
          type: 'Progressing',
          status: 'False',
          reason: 'BackoffLimitExceeded',
          message: expect.stringMatching(
            /^The workers have failed too often; /,
          ),
        }),
      ]),
    });
    expect(launcher.pools.size).toBe(0);
    expect(await runServices.runs.head(job.status!.run!.id)).toMatchObject({
      state: 'Closed',
      outcome: 'Failed',
    });
  });

  it('deletes a finished job after its time to live, and keeps its run', async () => {
    const { metadata } = await createJob({ ttlSecondsAfterFinished: 0 });
    const controller = createController();
    const running = await drive(
      controller,
      job => job.status?.phase === 'Running',
    );
    await work(running.status!.run!.id);
    await expect(drive(controller, () => false)).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    const [run] = await runServices.runs.find({ jobUid: metadata.uid });
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Completed' });
  });

  describe('at the end of its time to live', () => {
    /** A job that has ended, and is to be deleted at the next look. */
    async function ended(controller: JobController): Promise<ArenaJob> {
      await createJob({ ttlSecondsAfterFinished: 0 });
      const { resources } = store;
      const remove = resources.delete;
      resources.delete = async () => {
        throw new Crash();
      };
      const running = await drive(
        controller,
        job => job.status?.phase === 'Running',
      );
      await work(running.status!.run!.id);
      for (;;) {
        try {
          await controller.reconcile(KEY);
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
          resources.delete = remove;
          return getJob();
        }
      }
    }

    it('is deleted after a crash right before that, by another process', async () => {
      const job = await ended(createController());
      expect(job.metadata.finalizers ?? []).toEqual([]);
      await createController().reconcile(KEY);
      await expect(getJob()).rejects.toMatchObject({ name: 'NotFoundError' });
      const { uid } = job.metadata;
      expect(await runServices.runs.find({ jobUid: uid })).toHaveLength(1);
    });

    it('is deleted once by two controllers, and not a new one of its name', async () => {
      await ended(createController());
      const { resources } = store;
      const remove = resources.delete.bind(resources);
      const gone: string[] = [];
      resources.delete = async (...args) => {
        const removed = await remove(...args);
        gone.push(removed.metadata.uid);
        // Somebody is quick to create it again.
        if (gone.length === 1) await createJob({ trials: 2 });
        return removed as never;
      };
      await Promise.allSettled(
        [createController(), createController()].map(controller =>
          controller.reconcile(KEY),
        ),
      );
      expect(gone).toHaveLength(1);
      expect((await getJob()).spec.trials).toBe(2);
    });

    it('stays when it is given more time at that moment', async () => {
      const controller = createController();
      await ended(controller);
      const { resources } = store;
      const remove = resources.delete.bind(resources);
      resources.delete = async (...args) => {
        const { status, ...job } = await getJob();
        await resources.update({
          ...job,
          spec: {
            ...JSON.parse(JSON.stringify(job.spec)),
            ttlSecondsAfterFinished: 3_600,
          },
        });
        return remove(...args) as never;
      };
      await expect(controller.reconcile(KEY)).rejects.toMatchObject({
        name: 'ConflictError',
      });
      resources.delete = remove;
      const { requeueAfterMs } = (await controller.reconcile(KEY))!;
      expect(requeueAfterMs).toBeGreaterThan(3_500_000);
      expect((await getJob()).spec.ttlSecondsAfterFinished).toBe(3_600);
    });
  });

  it('stops what ran for an object that was removed past its finalizer', async () => {
    const { metadata } = await createJob();
    const controller = createController();
    const running = await drive(controller, isRunning);
    await store.resources.update({
      ...running,
      metadata: { ...running.metadata, finalizers: [] },
    } as any);
    await store.resources.delete('ArenaJob', KEY);
    await controller.reconcile(KEY);
    expect(launcher.pools.size).toBe(0);
    const [run] = await runServices.runs.find({ jobUid: metadata.uid });
    expect(run).toMatchObject({ state: 'Closed', outcome: 'Cancelled' });
  });

  it('does not look into a run of another namespace', async () => {
    await createJob();
    const controller = createController();
    const running = await drive(
      controller,
      job => job.status?.phase === 'Running',
    );
    await store.resources.create({
      apiVersion: ARENA_API_VERSION,
      kind: 'ArenaJob',
      metadata: {
        name: 'thief',
        namespace: 'elsewhere',
        annotations: {
          'arena.backstage.io/rerun-of': running.status!.run!.id,
        },
      },
      spec: { sourceRef: { name: 'source' } },
    });
    const key = { namespace: 'elsewhere', name: 'thief' };
    await controller.reconcile(key);
    await controller.reconcile(key);
    const thief = await store.resources.get<ArenaJob>('ArenaJob', key);
    expect(thief.status?.phase).toBe('Pending');
    expect(
      thief.status?.conditions?.find(c => c.type === 'Ready')?.reason,
    ).toBe('RunNotFound');
  });
});
