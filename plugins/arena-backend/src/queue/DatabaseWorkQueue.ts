import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import {
  HeartbeatRequest,
  HeartbeatResponse,
  LeaseRequest,
  LeaseResponse,
  RegisterRequest,
  RegisterResponse,
  ReleaseRequest,
  ReportRequest,
  ReportResponse,
  RunBudgetRequest,
  RunBudgetResponse,
  RunWorker,
  WORKER_PROTOCOL_VERSION,
} from '@backstage-arena/plugin-arena-common';
import { lendBudget } from '../budgets/lendBudget';
import { retryWhileBusy, transact } from '../database/transact';
import { PlannedRun } from '../runs/PlannedRun';
import { readWorkers } from '../runs/readWorkers';
import { WorkerRefusal } from '../runs/RunStore';
import { RunRow, RunWorkerRow } from '../runs/tables';
import { acceptHeartbeat } from './acceptHeartbeat';
import { checkRelease } from './checkRelease';
import { expireLeases } from './expireLeases';
import { grantLease } from './grantLease';
import { QueueContext } from './QueueContext';
import { recordReport } from './recordReport';
import { releaseLease } from './releaseLease';
import { WorkerRefusedError } from './WorkerRefusedError';
import { WorkQueue } from './WorkQueue';

/** {@link WorkQueue} on SQLite or PostgreSQL. Any number of instances may share a database. */
export class DatabaseWorkQueue implements WorkQueue {
  private readonly context: QueueContext;
  private reports = 0;

  constructor(context: QueueContext) {
    this.context = context;
  }

  async register(
    runId: string,
    request: RegisterRequest,
  ): Promise<RegisterResponse> {
    const { knex, clock, options } = this.context;
    const refusal = checkRelease(request, options.release);
    if (refusal) {
      await this.noteRefusal(runId, refusal);
      throw new WorkerRefusedError(refusal);
    }
    return this.with(runId, async run => {
      const now = clock.now().getTime();
      await transact(knex, async tx => {
        await tx<RunWorkerRow>('run_workers')
          .insert({
            run_seq: run.seq,
            worker_id: request.workerId,
            host: request.host,
            pid: request.pid ?? null,
            engine_version: request.engineVersion,
            registrations: 1,
            registered_at: now,
            seen_at: now,
            draining: false,
          })
          .onConflict(['run_seq', 'worker_id'])
          .merge({
            host: request.host,
            pid: request.pid ?? null,
            engine_version: request.engineVersion,
            registrations: tx.raw('run_workers.registrations + 1'),
            registered_at: now,
            seen_at: now,
            draining: false,
          });
        await tx<RunRow>('runs')
          .where({ seq: run.seq })
          .update({ version: tx.raw('version + 1'), refusal: null });
      });
      return {
        protocolVersion: WORKER_PROTOCOL_VERSION,
        runId,
        pins: run.pins,
        plan: { ...run.plan },
        heartbeatIntervalMs: options.heartbeatIntervalMs,
      };
    });
  }

  async lease(runId: string, request: LeaseRequest): Promise<LeaseResponse> {
    return this.with(runId, run =>
      this.traced('arena.lease', run, () =>
        grantLease(this.context, run, request),
      ),
    );
  }

  async heartbeat(
    runId: string,
    request: HeartbeatRequest,
  ): Promise<HeartbeatResponse> {
    return this.with(runId, run => acceptHeartbeat(this.context, run, request));
  }

  async report(runId: string, request: ReportRequest): Promise<ReportResponse> {
    return this.reportFrom(runId, () => request);
  }

  /**
   * As `report`, of a report that is made when its turn has come.
   *
   * @param read - Called at most once.
   */
  async reportFrom(
    runId: string,
    read: () => ReportRequest,
  ): Promise<ReportResponse> {
    if (this.reports >= this.context.options.maxConcurrentReports) {
      throw new ServiceUnavailableError(
        `${this.reports} reports are being stored already; send it again later`,
      );
    }
    this.reports += 1;
    try {
      return await this.with(runId, run =>
        this.traced('arena.report', run, () =>
          recordReport(this.context, run, read),
        ),
      );
    } finally {
      this.reports -= 1;
    }
  }

  async release(runId: string, request: ReleaseRequest): Promise<void> {
    await this.with(runId, run => releaseLease(this.context, run, request));
    if (request.finalize) this.context.signal.announce(runId);
  }

  async lend(
    runId: string,
    request: RunBudgetRequest,
  ): Promise<RunBudgetResponse> {
    return this.with(runId, run => lendBudget(this.context, run, request));
  }

  async expire(): Promise<number> {
    return expireLeases(this.context);
  }

  async drain(runId: string, workerId: string): Promise<void> {
    await this.with(runId, async run => {
      const count = await retryWhileBusy(async () =>
        this.context
          .knex<RunWorkerRow>('run_workers')
          .where({ run_seq: run.seq, worker_id: workerId })
          .update({ draining: true }),
      );
      if (count === 0) {
        throw new NotFoundError(`Run '${runId}' has no worker '${workerId}'`);
      }
    });
  }

  async workers(runId: string): Promise<RunWorker[]> {
    const run = await this.context.runs.get(runId);
    const { knex, clock, options } = this.context;
    return readWorkers(knex, {
      runSeq: run.seq,
      silentSince: clock.now().getTime() - options.leaseTtlMs,
    });
  }

  private traced<T>(
    name: string,
    run: PlannedRun,
    work: () => Promise<T>,
  ): Promise<T> {
    const { tracing } = this.context;
    if (!tracing) return work();
    const attributes = {
      'arena.run.id': run.runId,
      'arena.cluster': run.cluster,
      'arena.job': `${run.namespace}/${run.jobName}`,
    };
    return tracing.startActiveSpan(name, { attributes }, work);
  }

  /** So that the status of the job says it: the worker can only tell its log. */
  private async noteRefusal(runId: string, message: string): Promise<void> {
    const { knex } = this.context;
    const refusal: WorkerRefusal = { reason: 'WorkerVersionSkew', message };
    const text = JSON.stringify(refusal);
    await retryWhileBusy(async () =>
      knex<RunRow>('runs')
        .where({ run_id: runId })
        // It comes again and again.
        .andWhere(query =>
          query.whereNull('refusal').orWhereNot('refusal', text),
        )
        .update({ refusal: text, version: knex.raw('version + 1') }),
    );
  }

  /** Runs an operation. A run that was deleted and created again has other rows under the same id: reads it anew. */
  private async with<T>(
    runId: string,
    work: (run: PlannedRun) => Promise<T>,
  ): Promise<T> {
    const run = await this.context.runs.get(runId);
    try {
      return await work(run);
    } catch (error) {
      this.context.runs.forget(runId);
      throw error;
    }
  }
}
