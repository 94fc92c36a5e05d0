import { LoggerService } from '@backstage/backend-plugin-api';
import { secretTexts } from '@backstage-arena/plugin-arena-common';
import {
  WorkerLauncher,
  WorkerPoolKey,
  WorkerPoolSpec,
  WorkerPoolStatus,
} from '@backstage-arena/plugin-arena-node';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { heapFlags } from './heapFlags';
import { logWorkerLine } from './logWorkerLine';
import { SpareProcesses } from './SpareProcesses';
import { WorkerExit, WorkerProcess } from './WorkerProcess';
import { WorkerSlot } from './WorkerSlot';
import { inheritedEnvironment, workerEnvironment } from './workerEnvironment';
import { logFields } from '../runs/logFields';

/** Options of a {@link LocalLauncher}. */
export interface LocalLauncherOptions {
  logger: LoggerService;
  /** Script that is started as `node <bin> worker`. */
  bin: string;
  /** Where workers find bundles, and leave those that they had to fetch. */
  bundleDirectory: string;
  /** Upper bound of processes over all runs. */
  maxProcesses: number;
  memoryMiB: number;
  /** Environment that workers inherit an allow-listed part of. */
  environment: NodeJS.ProcessEnv;
  /** Delay before a worker that died is started again; doubles with each death in a row. */
  backoffMs?: number;
  maxBackoffMs?: number;
  /** Time between asking a worker that is no longer needed to drain and ending it. */
  drainMs?: number;
  /** The same when the run or the backend is stopped, so that nobody waits for what the worker still has. */
  stopMs?: number;
  /** How many processes that wait for a run there are at all times, from `start` on. Default: none. */
  spare?: number;
  /** Workers from which on no process is started for later. Default: as many as there are processors. */
  processors?: number;
  /** How long after one of them got its run another is started. */
  replaceMs?: number;
}

/** A worker that took the run for closed while it is wanted may try again after this time. */
const REOPEN_MS = 2_000;

/** How long a process that was started for a run that is being planned waits for it. */
const SPARE_MS = 30_000;

/** A spec with its secrets read. */
interface PoolSpec
  extends Pick<
    WorkerPoolSpec,
    | 'runId'
    | 'cluster'
    | 'namespace'
    | 'jobName'
    | 'backendUrl'
    | 'verbose'
    | 'measuresTime'
    | 'finalizing'
  > {
  token: string;
  credentials: Record<string, string>;
}

interface Pool {
  spec: PoolSpec;
  slots: WorkerSlot[];
}

/**
 * Runs workers as child processes of the backend.
 *
 * A worker that exits with 0 has seen its run closed and is not started again; any other end is followed by a new start after
 * a growing delay, and its reason is kept for the status.
 */
export class LocalLauncher implements WorkerLauncher {
  readonly id = 'local';
  private readonly options: Required<Omit<LocalLauncherOptions, 'replaceMs'>>;
  private readonly pools = new Map<string, Pool>();
  private readonly processes = new Set<WorkerProcess>();
  private readonly spares: SpareProcesses<WorkerProcess>;
  /** Tells the workers of two backends, or of one before and after a restart, apart. */
  private readonly instance = randomBytes(3).toString('hex');
  private readonly host = hostname();
  private down = false;

  constructor(options: LocalLauncherOptions) {
    this.options = {
      backoffMs: 500,
      maxBackoffMs: 30_000,
      drainMs: 15_000,
      stopMs: 2_000,
      spare: 0,
      processors: availableParallelism(),
      ...options,
    };
    this.spares = new SpareProcesses({
      kept: this.options.spare,
      replaceMs: options.replaceMs,
      room: () => this.options.maxProcesses - this.processes.size,
      held: () => this.isOccupied,
      start: () => this.startProcess(),
    });
  }

  /**
   * True while a process that starts for later would cost the runs something: their workers measure time, which it makes late, or have all
   * processors, of which it takes its share.
   */
  get isOccupied(): boolean {
    const working = [...this.pools.values()].flatMap(({ spec, slots }) =>
      slots.filter(slot => slot.process).map(() => spec),
    );
    return (
      working.length >= this.options.processors ||
      working.some(spec => spec.measuresTime)
    );
  }

  /** From now on the spare processes are kept, until `shutdown`. */
  start(): void {
    if (!this.down) this.spares.keep();
  }

  prepare(replicas: number): void {
    if (this.down) return;
    const count = Math.min(replicas, this.options.processors);
    this.spares.prepare(count, SPARE_MS);
  }

  async ensure(wanted: WorkerPoolSpec): Promise<WorkerPoolStatus> {
    const spec: PoolSpec = {
      ...wanted,
      token: await wanted.token(),
      credentials: await readCredentials(wanted),
    };
    const { replicas } = wanted;
    if (this.down) return { workers: [], active: 0 };
    let pool = this.pools.get(spec.runId);
    if (!pool) {
      pool = { spec, slots: [] };
      this.pools.set(spec.runId, pool);
    }
    if (pool.spec.token !== spec.token) {
      // Workers under the old token can no longer report; the slots start anew under the new one.
      pool.slots.forEach(slot => slot.process?.terminate(this.options.drainMs));
    }
    pool.spec = spec;
    while (pool.slots.length < replicas) {
      pool.slots.push(
        new WorkerSlot(`local-${this.instance}-${pool.slots.length + 1}`),
      );
    }
    for (const slot of pool.slots.splice(replicas)) {
      this.retire(slot, this.options.drainMs);
    }
    pool.slots.forEach(slot => slot.reopen(REOPEN_MS));
    this.pump();
    return this.describe(pool);
  }

  async status({ runId }: WorkerPoolKey): Promise<WorkerPoolStatus> {
    const pool = this.pools.get(runId);
    return pool ? this.describe(pool) : { workers: [], active: 0 };
  }

  stop({ runId }: WorkerPoolKey): Promise<void> {
    return this.release(runId);
  }

  async release(runId: string): Promise<void> {
    const pool = this.pools.get(runId);
    if (!pool) return;
    this.pools.delete(runId);
    const { stopMs } = this.options;
    await Promise.all(pool.slots.map(slot => this.retire(slot, stopMs)));
  }

  async shutdown(): Promise<void> {
    this.down = true;
    await Promise.all([
      this.spares.stop(),
      ...[...this.pools.keys()].map(runId => this.release(runId)),
    ]);
    // Those that were drained before, and are still on their way out.
    await Promise.all(
      [...this.processes].map(process =>
        process.terminate(this.options.stopMs),
      ),
    );
  }

  private describe(pool: Pool): WorkerPoolStatus {
    return {
      workers: pool.slots.map(slot => slot.describe(this.host)),
      active: pool.slots.filter(slot => slot.process).length,
    };
  }

  private retire(slot: WorkerSlot, graceMs: number): Promise<void> | undefined {
    slot.retire();
    return slot.process?.terminate(graceMs);
  }

  /** Starts what should run, as far as the limit allows: the run with the fewest workers first. */
  private pump(): void {
    if (this.down) return;
    for (;;) {
      const waiting = [...this.pools.values()]
        .map(pool => ({
          pool,
          slot: pool.slots.find(slot => slot.wantsStart()),
          active: pool.slots.filter(slot => slot.process).length,
        }))
        .filter(entry => entry.slot)
        .sort((a, b) => a.active - b.active);
      if (waiting.length === 0) return;
      const [{ pool, slot, active }] = waiting;
      if (this.processes.size >= this.options.maxProcesses) {
        const limit = `waits for a free place: all ${this.options.maxProcesses} worker processes are in use (arena.workers.maxLocalProcesses)`;
        waiting.forEach(entry =>
          entry.pool.slots
            .filter(other => other.wantsStart())
            .forEach(other => other.blocked(limit)),
        );
        if (active === 0) this.makeRoom();
        return;
      }
      this.launch(pool, slot!);
    }
  }

  /** A run without any worker takes one from the run that has the most, so that no run starves behind a long one. */
  private makeRoom(): void {
    const leaving = [...this.processes].filter(process => process.leaving);
    if (leaving.length > 0) return;
    const [richest] = [...this.pools.values()]
      .map(pool => pool.slots.filter(slot => slot.process))
      .filter(slots => slots.length > 1)
      .sort((a, b) => b.length - a.length);
    richest?.[richest.length - 1].process?.terminate(this.options.drainMs);
  }

  private startProcess(): WorkerProcess {
    const { bin, memoryMiB, environment } = this.options;
    return new WorkerProcess({
      command: process.execPath,
      args: [...heapFlags(memoryMiB), bin, 'worker', '--wait'],
      env: inheritedEnvironment(environment),
    });
  }

  private launch(pool: Pool, slot: WorkerSlot): void {
    const { spec } = pool;
    const { options } = this;
    const logger = options.logger.child({
      ...logFields(spec),
      worker: slot.id,
    });
    const process = this.spares.take() ?? this.startProcess();
    if (process.pid !== undefined) this.processes.add(process);
    slot.started(process);
    process.assign({
      environment: workerEnvironment({
        inherited: options.environment,
        runId: spec.runId,
        workerId: slot.id,
        bundleDirectory: options.bundleDirectory,
        token: spec.token,
        backendUrl: spec.backendUrl,
        credentials: spec.credentials,
        verbose: spec.verbose,
        finalizing: spec.finalizing,
        // A little less, so that it gives back what it holds before it is ended.
        drainTimeoutMs: Math.round(options.drainMs * 0.8),
      }),
      secrets: [
        spec.token,
        ...Object.values(spec.credentials).flatMap(secretTexts),
      ],
      onLine: (line, stream) => logWorkerLine(logger, line, stream),
      onExit: exit => this.exited(pool, slot, process, exit),
    });
  }

  private exited(
    pool: Pool,
    slot: WorkerSlot,
    process: WorkerProcess,
    exit: WorkerExit,
  ): void {
    this.processes.delete(process);
    const asked = process.leaving;
    const delayMs = slot.ended({
      exit,
      asked,
      backoffMs: this.options.backoffMs,
      maxBackoffMs: this.options.maxBackoffMs,
    });
    if (asked && exit.signal === 'SIGKILL') {
      this.options.logger.info(
        `Worker ${slot.id} of run ${pool.spec.runId} did not go in time and was ended`,
        { ...logFields(pool.spec), worker: slot.id, pid: process.pid },
      );
    }
    if (exit.code !== 0 && !asked) {
      this.options.logger.warn(
        `Worker ${slot.id} of run ${pool.spec.runId} ${exit.reason}; it is started again in ${delayMs} ms`,
        { ...logFields(pool.spec), worker: slot.id },
      );
    }
    if (delayMs) setTimeout(() => this.pump(), delayMs + 1).unref();
    this.pump();
  }
}

/** Local workers do both, the work and the reports; those that are started when nothing but the reports is left do that alone. */
async function readCredentials({
  credentials,
  outputCredentials,
  finalizing,
}: WorkerPoolSpec): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const all = finalizing
    ? outputCredentials
    : { ...credentials, ...outputCredentials };
  for (const [slot, credential] of Object.entries(all)) {
    const value = await credential.value();
    if (value !== undefined) values[slot] = value;
  }
  return values;
}
