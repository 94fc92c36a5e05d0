import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  ItemStatus,
  MatrixCell,
  Run,
  RunItem,
  RunItemsPage,
  RunItemsQuery,
  RunMatrix,
  RunOutcome,
  RunPins,
  RunPlan,
  RunReport,
  RunStatisticsPage,
  RunStatisticsQuery,
} from '@backstage-arena/plugin-arena-common';
import { Knex } from 'knex';
import { retryWhileBusy } from '../database/transact';
import { OutputRetryOptions } from '../queue/retryPolicy';
import { Clock } from '../time/Clock';
import {
  abandonReports,
  closeRun,
  failFinalize,
  reopenForFinalize,
  resumeFinalize,
} from './closeRun';
import { CellSelection } from './CellSelection';
import { createRun } from './createRun';
import { deleteRun } from './deleteRun';
import { ResultRow, toResultRow, toRunItem } from './itemRows';
import { listItems } from './listItems';
import { listStatistics } from './listStatistics';
import { PlannedRuns } from './PlannedRun';
import { readItemRows } from './readItems';
import { readTotals, RunTotals } from './readTotals';
import { readCellsSince, readMatrix } from './readMatrix';
import { readRuns } from './readRuns';
import { OpenRun, readOpenRuns, readSpent, UsageScope } from './readUsage';
import { recordReportFile } from './runReports';
import { toRunHead } from './runRows';
import { NewRun, RunFilter, RunHead, RunStore } from './RunStore';
import { findRunToken, issueRunToken } from './runTokens';
import { SharedStatistics } from './SharedStatistics';
import { RunItemRow, RunRow } from './tables';

// SQLite allows 32766 parameters in a statement.
const HEADS_CHUNK = 1_000;

export interface DatabaseRunStoreOptions {
  knex: Knex;
  clock: Clock;
  runs: PlannedRuns;
  /** A worker that was silent for longer is shown as gone. */
  workerTtlMs: number;
  outputRetry: OutputRetryOptions;
}

/** {@link RunStore} on SQLite or PostgreSQL. */
export class DatabaseRunStore implements RunStore {
  private readonly sharedStatistics = new SharedStatistics();
  private readonly knex: Knex;
  private readonly clock: Clock;
  private readonly runs: PlannedRuns;
  private readonly workerTtlMs: number;
  private readonly outputRetry: OutputRetryOptions;

  constructor(options: DatabaseRunStoreOptions) {
    this.knex = options.knex;
    this.clock = options.clock;
    this.runs = options.runs;
    this.workerTtlMs = options.workerTtlMs;
    this.outputRetry = options.outputRetry;
  }

  async create(run: NewRun): Promise<RunHead> {
    await createRun(this.knex, this.clock, run);
    return this.head(run.id);
  }

  async head(runId: string): Promise<RunHead> {
    const [head] = await this.heads([runId]);
    if (!head) throw new NotFoundError(`Run '${runId}' does not exist`);
    return head;
  }

  async heads(runIds: readonly string[]): Promise<RunHead[]> {
    const heads: RunHead[] = [];
    for (let start = 0; start < runIds.length; start += HEADS_CHUNK) {
      const rows = await this.knex<RunRow>('runs').whereIn(
        'run_id',
        runIds.slice(start, start + HEADS_CHUNK),
      );
      heads.push(...rows.map(toRunHead));
    }
    return heads;
  }

  async get(runId: string): Promise<Run> {
    const [run] = await readRuns(this.knex, {
      where: { run_id: runId },
      limit: 1,
      silentSince: this.silentSince(),
    });
    if (!run) throw new NotFoundError(`Run '${runId}' does not exist`);
    return run;
  }

  async find(filter: RunFilter): Promise<Run[]> {
    return readRuns(this.knex, {
      where: {
        job_uid: filter.jobUid,
        cluster: filter.cluster,
        namespace: filter.namespace,
        job_name: filter.jobName,
      },
      limit: filter.limit,
      silentSince: this.silentSince(),
    });
  }

  async plan(runId: string): Promise<RunPlan> {
    return (await this.runs.get(runId)).plan;
  }

  /** @throws NotFoundError */
  async pins(runId: string): Promise<RunPins> {
    return (await this.runs.get(runId)).pins;
  }

  async close(
    runId: string,
    options: { outcome: RunOutcome; finalize: boolean },
  ): Promise<RunHead> {
    await closeRun(this.knex, this.clock, runId, options);
    return this.head(runId);
  }

  async retryFinalize(runId: string): Promise<void> {
    if (await this.lacksRecords(runId)) {
      throw new ConflictError(
        `What the reports of run '${runId}' are made of was deleted when its retention ended (arena.transcripts.retentionDays): they cannot be written whole any more`,
      );
    }
    await reopenForFinalize(this.knex, this.clock, runId);
  }

  async resumeFinalize(runId: string): Promise<void> {
    if (await this.lacksRecords(runId)) await abandonReports(this.knex, runId);
    else await resumeFinalize(this.knex, this.clock, runId);
  }

  async failFinalize(runId: string, message: string): Promise<void> {
    await failFinalize(this.knex, this.clock, runId, {
      ...this.outputRetry,
      message,
    });
  }

  /** Whether what the reports of a run are made of was deleted. */
  private async lacksRecords(runId: string): Promise<boolean> {
    const { seq, pins } = await this.runs.get(runId);
    const readsRecords =
      pins.load !== undefined || pins.outputFormats?.includes('transcripts');
    return Boolean(readsRecords) && this.transcriptsPruned(seq);
  }

  async delete(runId: string): Promise<void> {
    await deleteRun(this.knex, runId);
    this.runs.forget(runId);
  }

  async issueToken(runId: string): Promise<string> {
    return retryWhileBusy(() => issueRunToken(this.knex, this.clock, runId));
  }

  async verifyToken(token: string): Promise<{ runId: string } | undefined> {
    const found = await findRunToken(this.knex, token);
    return found && !found.dead ? { runId: found.runId } : undefined;
  }

  /** The run of a token that died with its run, so that its worker can be told. */
  async closedRunOf(token: string): Promise<{ runId: string } | undefined> {
    const found = await findRunToken(this.knex, token);
    return found?.dead ? { runId: found.runId } : undefined;
  }

  async items(
    runId: string,
    query: RunItemsQuery,
    cells?: CellSelection,
  ): Promise<RunItemsPage> {
    return listItems(this.knex, await this.runs.get(runId), query, cells);
  }

  async item(runId: string, index: number): Promise<RunItem> {
    const run = await this.runs.get(runId);
    const row = Number.isSafeInteger(index)
      ? await this.knex<RunItemRow>('run_items')
          .where({ run_seq: run.seq, idx: index })
          .first()
      : undefined;
    if (!row) {
      throw new NotFoundError(
        `Item ${index} of run '${runId}' has not finished`,
      );
    }
    const pruned = await this.transcriptsPruned(run.seq);
    return toRunItem(run, row, { transcriptsPruned: pruned });
  }

  async *readItems(
    runId: string,
    options: { from?: number; status?: ItemStatus[] } = {},
  ): AsyncIterable<RunItem> {
    const run = await this.runs.get(runId);
    const transcriptsPruned = await this.transcriptsPruned(run.seq);
    for await (const rows of readItemRows(this.knex, run.seq, options)) {
      for (const row of rows) yield toRunItem(run, row, { transcriptsPruned });
    }
  }

  /** All results as reports have them, in order of index, page by page. */
  async *readResults(
    runId: string,
    options: { from: number },
  ): AsyncIterable<ResultRow[]> {
    const run = await this.runs.get(runId);
    for await (const rows of readItemRows(this.knex, run.seq, options)) {
      yield rows.map(row => toResultRow(run, row));
    }
  }

  async *readIndexes(
    runId: string,
    status: ItemStatus[],
  ): AsyncIterable<number> {
    const run = await this.runs.get(runId);
    const rows = readItemRows(this.knex, run.seq, { status, columns: ['idx'] });
    for await (const page of rows) {
      for (const { idx } of page) yield Number(idx);
    }
  }

  async matrix(runId: string): Promise<RunMatrix> {
    return readMatrix(this.knex, await this.runs.get(runId));
  }

  async totals(runId: string): Promise<RunTotals> {
    return readTotals(this.knex, await this.runs.get(runId));
  }

  async statistics(
    runId: string,
    query: RunStatisticsQuery,
    options: { signal?: AbortSignal } = {},
  ): Promise<RunStatisticsPage> {
    return listStatistics(this.knex, await this.runs.get(runId), query, {
      shared: this.sharedStatistics,
      signal: options.signal,
    });
  }

  async cellsSince(runId: string, version: number): Promise<MatrixCell[]> {
    return readCellsSince(this.knex, await this.runs.get(runId), version);
  }

  async addReport(runId: string, report: RunReport): Promise<void> {
    const run = await this.runs.get(runId);
    await recordReportFile(this.knex, run.seq, { ...report, published: true });
  }

  async openRuns(
    scope: Pick<UsageScope, 'cluster'> & Partial<UsageScope>,
  ): Promise<OpenRun[]> {
    return readOpenRuns(this.knex, scope);
  }

  async spent(scope: UsageScope, since: Date): Promise<number> {
    return readSpent(this.knex, scope, since);
  }

  /** Notes a file that a worker has uploaded; it counts once the finalisation names it. */
  async addUpload(runId: string, report: RunReport): Promise<void> {
    const run = await this.runs.get(runId);
    await recordReportFile(this.knex, run.seq, { ...report, published: false });
  }

  private async transcriptsPruned(seq: number): Promise<boolean> {
    const row = await this.knex<RunRow>('runs')
      .where({ seq })
      .first('transcripts_pruned');
    return Boolean(row?.transcripts_pruned);
  }

  private silentSince(): number {
    return this.clock.now().getTime() - this.workerTtlMs;
  }
}
