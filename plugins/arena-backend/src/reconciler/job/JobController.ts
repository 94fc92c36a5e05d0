import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  ArenaJob,
  ArenaJobStatus,
  ArenaObject,
  ObjectKey,
} from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
  WorkerPoolKey,
} from '@backstage-arena/plugin-arena-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { Datasets } from '../../datasets/Datasets';
import { LoadTests } from '../../loads/LoadTests';
import { RunSignal } from '../../runs/RunSignal';
import { RunEvents } from '../../runEvents/RunEvents';
import { toRunEvent } from '../../runEvents/toRunEvent';
import { RunHead } from '../../runs/RunStore';
import { RunVerdicts } from '../../verdicts/RunVerdicts';
import { Clock } from '../../time/Clock';
import { Controller, ReconcileResult } from '../Controller';
import { getOrUndefined, isNotFound } from '../getOrUndefined';
import { RunLimits } from '../limits/RunLimits';
import { formatKey, parseKey } from '../objectKeys';
import { ReadIndex, recordReads } from '../recordReads';
import { StatusWriter } from '../StatusWriter';
import { collectResults } from './collectResults';
import { mostReplicas } from './desiredReplicas';
import { executeAction } from './executeAction';
import { gatherDataset } from './gatherDataset';
import { gatherInputs, InputSources, runIdOf } from './gatherInputs';
import { gatherLoad } from './gatherLoad';
import { JobAction, JobInputs, JobWorld } from './JobWorld';
import { JOB_FINALIZER } from './jobFinalizer';
import { isTerminal, nextJobState } from './nextJobState';
import { poolOf, RunPools } from './RunPools';

const RECALL_RETRY_MS = 5_000;

/** Options of a {@link JobController}. */
export interface JobControllerOptions extends InputSources {
  store: ResourceStore;
  events: EventRecorder;
  pools: RunPools;
  loads: LoadTests;
  datasets: Datasets;
  verdicts: Pick<RunVerdicts, 'judge' | 'record' | 'seriesOf'>;
  /** Announces runs that are worth a look before their timer. */
  signal: RunSignal;
  /** Is told how each job ended. Default: nobody is. */
  runEvents?: Pick<RunEvents, 'record'>;
  clock: Clock;
  logger: LoggerService;
  /** Which objects are driven. Default: all. */
  takes?: (object: ArenaObject) => boolean;
  /** Address of the portal, without a slash at its end. */
  appBaseUrl: string;
  /** Least time between two writes of numbers alone. */
  statusIntervalMs?: number;
}

/** Drives ArenaJobs: reads the world, asks `nextJobState` what follows, and does it. */
export class JobController implements Controller {
  readonly kind = 'ArenaJob' as const;
  private readonly options: JobControllerOptions;
  private readonly statuses: StatusWriter;
  private readonly waiting = new ReadIndex();
  /** Runs whose workers this replica has started, by key of the job. */
  private readonly driven = new Map<string, WorkerPoolKey>();
  private readonly limits: RunLimits;

  constructor(options: JobControllerOptions) {
    this.options = options;
    this.limits = new RunLimits({ ...options, config: options.config.limits });
    this.statuses = new StatusWriter(options.store, options.statusIntervalMs);
  }

  wants(object: ArenaObject): boolean {
    const { phase } = (object as ArenaJob).status ?? {};
    return (
      !isTerminal(phase) ||
      Boolean(object.metadata.deletionTimestamp) ||
      Boolean(object.metadata.finalizers?.includes(JOB_FINALIZER)) ||
      (object as ArenaJob).spec.ttlSecondsAfterFinished !== undefined
    );
  }

  affectedBy(changed: ArenaObject): ObjectKey[] {
    const { kind, metadata } = changed;
    const keys = this.waiting.readersOf(changed).map(parseKey);
    // Whatever became of this job, there may be room for another one.
    const next =
      kind === 'ArenaJob' ? this.limits.next(metadata.namespace) : undefined;
    return next && next.name !== metadata.name ? [...keys, next] : keys;
  }

  wokenBy(wake: (key: ObjectKey) => void): () => void {
    const ends = [
      this.options.signal.listen(runId => {
        for (const [name, driven] of this.driven) {
          if (driven.runId === runId) wake(parseKey(name));
        }
      }),
      this.options.pools.onChange(key => {
        if (this.driven.has(formatKey(key))) wake(key);
      }),
    ];
    const ended = new AbortController();
    void this.recallRuns(wake, ended.signal);
    return () => {
      ended.abort();
      ends.forEach(end => end());
    };
  }

  /** Looks at the jobs of all runs that are open: an object may have been removed, past our finalizer, while nobody acted. */
  private async recallRuns(
    wake: (key: ObjectKey) => void,
    ended: AbortSignal,
  ): Promise<void> {
    const { runs, store, logger } = this.options;
    while (!ended.aborted) {
      try {
        const open = await runs.openRuns({ cluster: store.cluster });
        if (ended.aborted) return;
        for (const { runId, namespace, jobName, jobUid } of open) {
          const key = { namespace, name: jobName };
          if (!this.driven.has(formatKey(key))) {
            const pool = { runId, namespace, jobName, jobUid };
            this.driven.set(formatKey(key), pool);
          }
          wake(key);
        }
        return;
      } catch (error) {
        logger.warn(`Reading the open runs failed: ${stringifyError(error)}`);
        await sleep(RECALL_RETRY_MS, undefined, { ref: false });
      }
    }
  }

  async stepDown(): Promise<void> {
    this.waiting.clear();
    this.driven.clear();
    this.limits.clear();
    this.options.loads.forgetAll();
    await this.options.pools.releaseAll();
  }

  async reconcile(key: ObjectKey): Promise<ReconcileResult> {
    const { store } = this.options;
    const name = formatKey(key);
    const job = await getOrUndefined<ArenaJob>(store, 'ArenaJob', key);
    const driven = this.driven.get(name);
    if (driven && (!job || driven.runId !== runIdOf(job))) {
      // The object was removed past our finalizer; what ran for it must not run on.
      await this.abandon(driven);
      this.driven.delete(name);
    }
    // What wakes this controller does not always know whose object it is.
    if (!job || !(this.options.takes?.(job) ?? true)) {
      this.waiting.delete(name);
      this.limits.leave(key);
      return {};
    }

    const world = await this.gather(job, name);
    const next = nextJobState(world);
    let current: ArenaJob | undefined = job;
    for (const action of next.actions) {
      this.note(action, job, name);
      current = await executeAction(action, current, this.options);
      if (!current) return {};
    }
    if (!isTerminal(job.status?.phase)) await this.tellEnd(job, next.status);
    const result = await this.statuses.write(current, next.status);
    if (!result.written) {
      const delays = [next.requeueAfterMs, result.retryAfterMs].filter(
        (ms): ms is number => ms !== undefined,
      );
      return delays.length ? { requeueAfterMs: Math.min(...delays) } : {};
    }
    for (const event of next.events) {
      await this.options.events.record(current, event);
    }
    if (job.status?.phase !== next.status.phase) {
      this.options.logger.info(`ArenaJob ${name} is now ${next.status.phase}`, {
        runId: runIdOf(job),
        cluster: store.cluster,
        job: name,
        uid: job.metadata.uid,
      });
    }
    return { requeueAfterMs: next.requeueAfterMs };
  }

  /** Before the phase is written, after which nobody would come back to it. What is told twice is on record once. */
  private async tellEnd(job: ArenaJob, status: ArenaJobStatus): Promise<void> {
    const { runEvents, store, verdicts, clock, appBaseUrl } = this.options;
    if (!runEvents || !isTerminal(status.phase)) return;
    const { cluster } = store;
    const event = toRunEvent(job, status, {
      runId: runIdOf(job),
      cluster,
      series: await verdicts.seriesOf(cluster, job),
      appBaseUrl,
      now: clock.now(),
    });
    if (event) await runEvents.record(event);
  }

  private async gather(job: ArenaJob, name: string): Promise<JobWorld> {
    const { clock, runs, pools, verdicts, appBaseUrl } = this.options;
    const runId = runIdOf(job);
    const finished = isTerminal(job.status?.phase);
    const ours =
      job.metadata.finalizers?.includes(JOB_FINALIZER) || this.driven.has(name);
    const run = finished && !ours ? undefined : await this.findRun(runId);
    const world: JobWorld = {
      now: clock.now(),
      job,
      runUrl: `${appBaseUrl}/arena/runs/${encodeURIComponent(runId)}`,
      inputs: { state: 'unknown' },
      run,
      concurrency: 1,
      pool: run
        ? await pools.status(poolOf(job, runId))
        : { workers: [], active: 0 },
      heardFromWorkers: run?.startedAt !== undefined,
    };
    if (run) {
      this.waiting.delete(name);
      this.limits.started(job.metadata);
      const pins = await pools.pins(runId);
      world.concurrency = pins.concurrency;
      world.maxWorkers = pins.workers;
      world.budget = pins.budget;
      if (run.state !== 'Closed') {
        world.launchObstacle = await pools.obstacle(job, runId, {
          finalizing: run.state === 'Finalizing',
        });
      }
      if (pins.load) {
        if (!job.metadata.deletionTimestamp) {
          await gatherLoad(world, this.options);
        }
        return world;
      }
      const isSettled =
        !finished && (run.state === 'Closed' || run.outcome !== undefined);
      if (pins.dataset) {
        await gatherDataset(world, { ...this.options, isSettled });
      } else if (isSettled) {
        const thresholds = job.spec.evaluation?.thresholds ?? [];
        world.results = await collectResults(runs, run, thresholds);
        const baseline = job.spec.evaluation?.gate?.baseline;
        // What was not come to cannot be compared.
        const isCut = run.budgetExhausted && run.counters.pending > 0;
        if (baseline && run.outcome === 'Completed' && !isCut) {
          world.gate = await verdicts.judge(runId, job, baseline);
        }
      }
      return world;
    }
    const mayStart =
      !finished && !job.spec.cancelled && !job.metadata.deletionTimestamp;
    if (mayStart && job.status?.phase) {
      this.waiting.delete(name);
      world.inputs = await this.gatherWithinLimits(job, name);
    } else this.limits.leave(job.metadata);
    return world;
  }

  private async gatherWithinLimits(
    job: ArenaJob,
    name: string,
  ): Promise<JobInputs> {
    const ask = async (): Promise<JobInputs | undefined> => {
      const obstacle = await this.limits.admit(job, {
        runId: runIdOf(job),
        workers: mostReplicas(job.spec.workers),
      });
      return obstacle && { state: 'blocked', obstacle };
    };
    // Before the run is planned, which is costly, once the job is known to wait for nothing else.
    const early = this.limits.isWaiting(job) ? await ask() : undefined;
    if (early) return early;
    let inputs: JobInputs | undefined;
    try {
      inputs = await this.gatherInputs(job, name);
    } finally {
      // What cannot start must not hold up the others.
      if (inputs?.state !== 'ready') this.limits.leave(job.metadata);
    }
    return inputs.state === 'ready' ? (await ask()) ?? inputs : inputs;
  }

  private async gatherInputs(job: ArenaJob, name: string): Promise<JobInputs> {
    const refusal = this.options.pools.refusal(job);
    if (refusal) {
      const obstacle = { condition: 'JobCreated' as const, ...refusal };
      return { state: 'blocked', obstacle };
    }
    return gatherInputs(job, {
      ...this.options,
      prepareWorkers: replicas => this.options.pools.prepare(replicas),
      store: recordReads(this.options.store, id => this.waiting.add(name, id)),
    });
  }

  private async findRun(runId: string): Promise<RunHead | undefined> {
    try {
      return await this.options.runs.head(runId);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Keeps what is known here in step with what is about to be done. */
  private note(action: JobAction, job: ArenaJob, name: string): void {
    switch (action.type) {
      case 'ensureWorkers':
        this.driven.set(name, poolOf(job, runIdOf(job)));
        break;
      case 'stopWorkers':
        this.driven.delete(name);
        break;
      case 'removeFinalizer':
        this.statuses.forget(job.metadata.uid);
        break;
      default:
    }
  }

  private async abandon(pool: WorkerPoolKey): Promise<void> {
    this.options.loads.forget(pool.runId);
    await this.options.pools.stop(pool);
    try {
      await this.options.runs.close(pool.runId, {
        outcome: 'Cancelled',
        finalize: false,
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
