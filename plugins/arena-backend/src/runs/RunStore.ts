import {
  ItemStatus,
  MatrixCell,
  Run,
  RunCounters,
  RunItem,
  RunItemsPage,
  RunItemsQuery,
  RunMatrix,
  RunOutcome,
  RunPins,
  RunPlan,
  RunReport,
  RunState,
  RunStatisticsPage,
  RunStatisticsQuery,
  VerdictCounters,
} from '@backstage-arena/plugin-arena-common';
import { CellSelection } from './CellSelection';
import { RunTotals } from './readTotals';
import { OpenRun, UsageScope } from './readUsage';

/** What is written when a run is planned. */
export interface NewRun {
  /** `<job uid>-<attempt>`. */
  id: string;
  cluster: string;
  namespace: string;
  jobName: string;
  jobUid: string;
  /** Name of the job that the run belongs to: see `RunSeries`. */
  series?: string;
  attempt: number;
  creator?: string;
  owner?: string;
  labels: Record<string, string>;
  pins: RunPins;
  plan: RunPlan;
  /** Hand-picked items (a re-run of failed items); absent: all items of the plan. `counters.total` is their number. */
  items?: Iterable<number>;
  /** Workers that a load test waits for before it starts. Default: 1. */
  startWorkers?: number;
  /** Folder on the workers' machine that the reports are written to as well; goes into the finalize lease. */
  outputDirectory?: string;
}

/** A worker that came and was sent away. */
export interface WorkerRefusal {
  reason: 'WorkerVersionSkew';
  message: string;
}

/** A run without its workers, cheap to read: what the reconciler looks at. */
export interface RunHead {
  id: string;
  jobUid: string;
  attempt: number;
  state: RunState;
  outcome?: RunOutcome;
  counters: RunCounters;
  /** Of the items that decide the verdict of the job: all, unless the run is compatible. */
  verdict: VerdictCounters;
  /** Items that can be leased now or later: not finished and not leased. */
  backlog: number;
  /** Items under lease. */
  leased: number;
  /** A call did not fit into what was left of the budget: what was not begun stays undone. */
  budgetExhausted?: boolean;
  /** True once reports were written, or writing them failed for good. */
  finalized: boolean;
  finalizeError?: string;
  /**
   * Since when the reports wait for a worker; of a closed run, when they are to be tried again. Absent while a worker writes them, and when
   * nothing is left to do.
   */
  reportsDueAt?: Date;
  /** Why the last worker that came was not taken. Gone once one is taken. */
  lastRefusal?: WorkerRefusal;
  /** Time of the first lease. */
  startedAt?: Date;
  finishedAt?: Date;
  /** Grows with each change that a viewer could see. */
  version: number;
}

/** Which runs a reader wants. Newest first. */
export interface RunFilter {
  jobUid?: string;
  cluster?: string;
  namespace?: string;
  jobName?: string;
  limit?: number;
}

/** Row of a finished item with what reports and re-runs need. */
export interface StoredItem extends RunItem {
  runId: string;
}

/**
 * Runs, their counters and their results. Writing results is the work queue's task alone (see `WorkQueue`).
 *
 * Times come from the injected clock. Every method is safe to repeat.
 */
export interface RunStore {
  /** Creates the run, or returns the one that is there under this id, unchanged. */
  create(run: NewRun): Promise<RunHead>;
  /** @throws NotFoundError */
  head(runId: string): Promise<RunHead>;
  /** Heads that exist among these ids. For the live stream: one query for all watched runs. */
  heads(runIds: readonly string[]): Promise<RunHead[]>;
  /** @throws NotFoundError */
  get(runId: string): Promise<Run>;
  find(filter: RunFilter): Promise<Run[]>;
  /** @throws NotFoundError */
  plan(runId: string): Promise<RunPlan>;

  /**
   * Ends a run: no further lease, late reports refused, tokens dead. The first outcome wins, except that `Cancelled` may replace
   * `Failed`. With `finalize` the run goes to `Finalizing` first, so that what has been done is reported.
   */
  close(
    runId: string,
    options: { outcome: RunOutcome; finalize: boolean },
  ): Promise<RunHead>;
  /**
   * Lets finalisation be tried again after it failed.
   *
   * @throws ConflictError when there is nothing to write again.
   */
  retryFinalize(runId: string): Promise<void>;
  /** Has the reports of a closed run tried once more whose time has come; nothing when there is nothing to try. */
  resumeFinalize(runId: string): Promise<void>;
  /** Has an attempt that nobody makes count as failed, when the reports are being tried again; the next one comes in time. */
  failFinalize(runId: string, message: string): Promise<void>;
  delete(runId: string): Promise<void>;

  /** A new random token for the run's workers. Only its hash is stored. */
  issueToken(runId: string): Promise<string>;
  /** The run that a token belongs to, or undefined for an unknown or dead one. */
  verifyToken(token: string): Promise<{ runId: string } | undefined>;

  /** @param cells - only items of these cells, or all but these; labels of the query are not looked at */
  items(
    runId: string,
    query: Omit<RunItemsQuery, 'label' | 'withoutLabel'>,
    cells?: CellSelection,
  ): Promise<RunItemsPage>;
  /** @throws NotFoundError when the item has not finished. */
  item(runId: string, index: number): Promise<RunItem>;
  /** All finished items in order of index, streamed, in constant memory. */
  readItems(
    runId: string,
    options?: { from?: number; status?: ItemStatus[] },
  ): AsyncIterable<RunItem>;
  /** Indexes only: what a re-run of failed items picks. */
  readIndexes(runId: string, status: ItemStatus[]): AsyncIterable<number>;
  matrix(runId: string): Promise<RunMatrix>;
  totals(runId: string): Promise<RunTotals>;
  /**
   * Statistics of cells, read from their items: a page ends early when its cells have very many. Rejects with the reason of `signal`
   * when it is aborted.
   */
  statistics(
    runId: string,
    query: RunStatisticsQuery,
    options?: { signal?: AbortSignal },
  ): Promise<RunStatisticsPage>;
  /** Cells whose counters changed after the given run version. */
  cellsSince(runId: string, version: number): Promise<MatrixCell[]>;

  addReport(runId: string, report: RunReport): Promise<void>;

  /** The runs of a cluster, or of one of its namespaces, that are not closed. */
  openRuns(
    scope: Pick<UsageScope, 'cluster'> & Partial<UsageScope>,
  ): Promise<OpenRun[]>;
  /** What the runs of a namespace have cost that were closed since then, or are open, as the providers' pricing has it. */
  spent(scope: UsageScope, since: Date): Promise<number>;
}
