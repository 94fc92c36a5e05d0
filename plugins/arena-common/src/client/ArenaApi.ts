import { JsonObject } from '@backstage/types';
import {
  ArenaEvent,
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
} from '../resources/meta';
import type {
  DatasetRejectsPage,
  DatasetRejectsQuery,
  DatasetRowsPage,
  DatasetRowsQuery,
  DatasetState,
} from '../datagen/DatasetState';
import type { LoadCommand, LoadSeriesPage, LoadState } from '../load/LoadState';
import {
  JobOverviews,
  JobOverviewsQuery,
  JobTrend,
  JobTrendQuery,
  Run,
  RunComparisonReport,
  RunGate,
  RunItem,
  RunItemsPage,
  RunItemsQuery,
  RunMatrix,
  RunSetCellsQuery,
  RunSetComparison,
  RunSetInputs,
  RunSetQuery,
  RunSetRowsPage,
  RunStatisticsPage,
  RunStatisticsQuery,
  Transcript,
} from '../runs';
import type { ComparisonOptions } from '../statistics';
import { JobSchedule, ScheduleDays } from '../schedule/JobSchedule';
import type {
  DiscussedCellsPage,
  ItemComment,
  ItemDiscussion,
} from '../comments';

import type {
  SourceBundle,
  SourceDiff,
  SourceFile,
  SourceFileContent,
  SourceRevision,
  SourceUpload,
} from '../sources';

/** @public */
export interface ArenaRequestOptions {
  signal?: AbortSignal;
  /** Bearer token; the browser leaves it out, its fetch adds one. */
  token?: string;
}

/** @public */
export interface ArenaStreamOptions extends ArenaRequestOptions {
  signal: AbortSignal;
  /** Told when the stream has connected, and when a connection ended or could not be made. What changes in between comes with the next one. */
  onConnection?(connected: boolean): void;
}

/** Options of requests that create or change objects. @public */
export interface ArenaWriteOptions extends ArenaRequestOptions {
  /** Only asks what would become of the object. */
  dryRun?: boolean;
  /** For an object that names none. */
  namespace?: string;
}

/** @public */
export interface ObjectAddress {
  cluster: string;
  namespace: string;
  kind: ArenaKind;
  name: string;
}

/** Address of an ArenaSource. @public */
export type SourceAddress = Omit<ObjectAddress, 'kind'>;

/** @public */
export interface ListOptions {
  cluster: string;
  kind: ArenaKind;
  /** Absent: all namespaces. */
  namespace?: string;
  labelSelector?: string;
  /** `metadata.name=x,status.phase!=Running` and the like. */
  fieldSelector?: string;
  limit?: number;
  continue?: string;
}

/** @public */
export interface ArenaList<T extends ArenaObject = ArenaObject> {
  items: T[];
  metadata: {
    resourceVersion: string;
    continue?: string;
    remainingItemCount?: number;
  };
}

/** Filters and order of the jobs table. @public */
export interface JobsQuery {
  cluster: string;
  namespace?: string;
  phase?: string[];
  type?: string[];
  source?: string;
  /** Part of the name. */
  search?: string;
  /** Entity reference of the component under test. */
  component?: string;
  /** False: without the jobs that schedules have created. */
  children?: boolean;
  orderBy?: 'created' | 'name' | 'phase';
  order?: 'asc' | 'desc';
  limit?: number;
  cursor?: string;
}

/** @public */
export interface JobsPage {
  items: ArenaObject[];
  nextCursor?: string;
  totalItems: number;
}

/** One fault of an object. `field` has the form of `kubectl` (`spec.providers[default][0]`). @public */
export interface FieldCause {
  field: string;
  reason: string;
  message: string;
}

/**
 * One message of the live stream. `cursor` goes back as `Last-Event-ID`.
 *
 * - `object`: an object was added, modified or deleted; carries its whole new state.
 * - `run`: counters, state or workers of a watched run changed; carries the run without pins.
 * - `matrix`: cells of a watched run changed; carries those cells.
 * - `event`: an event was recorded.
 * - `comments`: somebody commented on cells of a watched run, or labelled them; read what you show of that again.
 * - `reset`: the cursor is too old or the stream starts anew: read everything again.
 *
 * @public
 */
export type ArenaStreamMessage =
  | {
      type: 'object';
      change: 'ADDED' | 'MODIFIED' | 'DELETED';
      cluster: string;
      object: ArenaObject;
    }
  | { type: 'run'; run: Omit<Run, 'pins'> }
  | { type: 'matrix'; runId: string; cells: RunMatrix['cells'] }
  | { type: 'event'; cluster: string; event: ArenaEvent }
  | { type: 'comments'; runId: string }
  | { type: 'reset' };

/** @public */
export interface ClusterInfo {
  name: string;
  kind: 'embedded' | 'kubernetes';
  /** Its objects can be relied on, apart from those of failing namespaces. */
  ready: boolean;
  /** What is wrong when it is not ready; when it is, what does not work all the same. Absent when all is well. */
  message?: string;
  /** Namespaces that are served but cannot be followed, for example for lack of rights, with the reason. Absent when there are none. */
  failingNamespaces?: Array<{ name: string; message: string }>;
}

/**
 * The REST API as a TypeScript interface. Every method rejects with a `ResponseError` when the server answers with an error;
 * an invalid object is status 422 with `causes` (see {@link FieldCause}) in `error.body.error.causes`.
 *
 * @public
 */
export interface ArenaApi {
  clusters(options?: ArenaRequestOptions): Promise<ClusterInfo[]>;

  list<T extends ArenaObject = ArenaObject>(
    query: ListOptions,
    options?: ArenaRequestOptions,
  ): Promise<ArenaList<T>>;
  get<T extends ArenaObject = ArenaObject>(
    address: ObjectAddress,
    options?: ArenaRequestOptions,
  ): Promise<T>;
  /** Creates from an object or from YAML text. */
  create<T extends ArenaObject = ArenaObject>(
    cluster: string,
    object: ArenaObjectInput<JsonObject> | string,
    options?: ArenaWriteOptions,
  ): Promise<T>;
  /** Replaces; without `metadata.resourceVersion` the last writer wins. */
  update<T extends ArenaObject = ArenaObject>(
    cluster: string,
    object: ArenaObjectInput<JsonObject> | string,
    options?: ArenaWriteOptions,
  ): Promise<T>;
  delete(address: ObjectAddress, options?: ArenaRequestOptions): Promise<void>;
  events(
    address: ObjectAddress,
    options?: ArenaRequestOptions,
  ): Promise<ArenaEvent[]>;

  jobs(query: JobsQuery, options?: ArenaRequestOptions): Promise<JobsPage>;
  /** Jobs of several components, or several jobs, with how they went: one request instead of some for each. */
  jobOverviews(
    query: JobOverviewsQuery,
    options?: ArenaRequestOptions,
  ): Promise<JobOverviews>;
  cancel(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject>;
  /** Creates a new ArenaJob that repeats the latest run of this one, and returns it. */
  rerun(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions & { failedOnly?: boolean },
  ): Promise<ArenaObject>;
  /** The schedule of a job. Rejects with status 409 for a job that has none. */
  schedule(
    address: Omit<ObjectAddress, 'kind'>,
    query?: { limit?: number; before?: number },
    options?: ArenaRequestOptions,
  ): Promise<JobSchedule>;
  /**
   * What became of the times at which a job was due, by days; of the year before `to` by default. Rejects with status 409 for a job that has no
   * schedule.
   */
  scheduleDays(
    address: Omit<ObjectAddress, 'kind'>,
    query?: { from?: number; to?: number },
    options?: ArenaRequestOptions,
  ): Promise<ScheduleDays>;
  /** Starts a job with a schedule now, whatever the schedule says: creates a child job, and returns it. */
  trigger(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject>;
  /**
   * Evaluations of a job, of the jobs that repeat it and of those that its schedule created, the latest first, with what was measured.
   * Rejects with status 404 when there is neither the job nor a result of it.
   */
  trend(
    address: Omit<ObjectAddress, 'kind'>,
    query?: JobTrendQuery,
    options?: ArenaRequestOptions,
  ): Promise<JobTrend>;
  /** Runs of a job, newest first. */
  runsOfJob(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<Run[]>;

  run(runId: string, options?: ArenaRequestOptions): Promise<Run>;
  matrix(runId: string, options?: ArenaRequestOptions): Promise<RunMatrix>;
  /** Statistics of cells, a page at a time. */
  statistics(
    runId: string,
    query: RunStatisticsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunStatisticsPage>;
  /** What the baseline of the job said of a run when it had ended. Rejects with status 404 for runs without one. */
  gate(runId: string, options?: ArenaRequestOptions): Promise<RunGate>;
  /** Compares a run with another one of its namespace, or with the baseline that it was judged by. */
  comparison(
    runId: string,
    query?: { baseline?: string } & ComparisonOptions,
    options?: ArenaRequestOptions,
  ): Promise<RunComparisonReport>;
  /** Compares 2 to 10 evaluations of a namespace; the first one is the baseline. */
  compareRuns(
    query: RunSetQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunSetComparison>;
  /** Cells of the runs side by side, a page at a time. */
  comparedCells(
    query: RunSetCellsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunSetRowsPage>;
  /** What each run is made of that the baseline is not, in the order of the runs. */
  comparedInputs(
    query: Pick<RunSetQuery, 'run'>,
    options?: ArenaRequestOptions,
  ): Promise<RunSetInputs[]>;
  /** All cells that match as a table or as JSON, in a response whose body can be streamed. */
  exportComparison(
    query: Omit<RunSetCellsQuery, 'offset' | 'limit' | 'key'> & {
      format: 'csv' | 'json';
    },
    options?: ArenaRequestOptions,
  ): Promise<Response>;
  items(
    runId: string,
    query: RunItemsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunItemsPage>;
  item(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<RunItem>;
  transcript(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<Transcript>;
  /** What people say of the cell of an item: in all runs of the job the same. Rejects with status 400 for runs that are no evaluations. */
  discussion(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<ItemDiscussion>;
  /** The cells of a run that have labels or comments, a page at a time: at most 500, default 500. */
  discussedCells(
    runId: string,
    query: { limit?: number; cursor?: string },
    options?: ArenaRequestOptions,
  ): Promise<DiscussedCellsPage>;
  comment(
    runId: string,
    index: number,
    text: string,
    options?: ArenaRequestOptions,
  ): Promise<ItemComment>;
  /** Changes the text of one's own comment, or resolves one, or opens it again. */
  updateComment(
    runId: string,
    commentId: string,
    changes: { text?: string; resolved?: boolean },
    options?: ArenaRequestOptions,
  ): Promise<ItemComment>;
  deleteComment(
    runId: string,
    commentId: string,
    options?: ArenaRequestOptions,
  ): Promise<void>;
  /** Puts a label on the cell of an item, or takes it away. Resolves with all that is said of the cell then. */
  setLabel(
    runId: string,
    index: number,
    label: string,
    isSet: boolean,
    options?: ArenaRequestOptions,
  ): Promise<ItemDiscussion>;
  /** The load test of a run. Rejects with status 404 for runs of another type. */
  load(runId: string, options?: ArenaRequestOptions): Promise<LoadState>;
  /** Its figures second by second, at most an hour at a time. */
  loadSeries(
    runId: string,
    query: { from?: number },
    options?: ArenaRequestOptions,
  ): Promise<LoadSeriesPage>;
  /** Changes a load test that runs; its objects stay as they are. */
  controlLoad(
    runId: string,
    command: LoadCommand,
    options?: ArenaRequestOptions,
  ): Promise<LoadState>;
  /** The data generation of a run. Rejects with status 404 for runs of another type. */
  dataset(runId: string, options?: ArenaRequestOptions): Promise<DatasetState>;
  /** Its rows so far, in the order of acceptance. */
  datasetRows(
    runId: string,
    query: DatasetRowsQuery,
    options?: ArenaRequestOptions,
  ): Promise<DatasetRowsPage>;
  /** Attempts that brought no row, the latest first. */
  datasetRejects(
    runId: string,
    query: DatasetRejectsQuery,
    options?: ArenaRequestOptions,
  ): Promise<DatasetRejectsPage>;
  /** Lets the reports of a run be written once more, after that failed. */
  retryReports(runId: string, options?: ArenaRequestOptions): Promise<Run>;
  /** The report as a response whose body can be streamed. */
  report(
    runId: string,
    name: string,
    options?: ArenaRequestOptions,
  ): Promise<Response>;

  /** What a source has fetched, newest first. At most ten are kept, besides what runs are pinned to. */
  sourceRevisions(
    address: SourceAddress,
    options?: ArenaRequestOptions,
  ): Promise<SourceRevision[]>;
  /** Files of a revision, by path. */
  sourceFiles(
    address: SourceAddress,
    digest: string,
    options?: ArenaRequestOptions,
  ): Promise<SourceFile[]>;
  sourceFile(
    address: SourceAddress,
    digest: string,
    path: string,
    options?: ArenaRequestOptions,
  ): Promise<SourceFileContent>;
  /** Scenarios, providers and faults of a revision. */
  sourceBundle(
    address: SourceAddress,
    digest: string,
    options?: ArenaRequestOptions & {
      /** Default `config.arena.yaml`. */
      arenaFile?: string;
    },
  ): Promise<SourceBundle>;
  sourceDiff(
    address: SourceAddress,
    digests: { from: string; to: string },
    options?: ArenaRequestOptions,
  ): Promise<SourceDiff>;
  /** Has the source fetched at once, unless it is suspended. Returns it as it is before that. */
  syncSource(
    address: SourceAddress,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject>;
  /** Replaces all files in the folder of a source of type `workspace`, where the administrator allows it, and has it fetched. */
  uploadSource(
    address: SourceAddress,
    files: readonly SourceUpload[],
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject>;

  /**
   * Live changes until the signal aborts. Reconnects by itself and resumes where it stopped.
   *
   * @param topics - `jobs` (all readable jobs), `sources`, `job:<cluster>/<namespace>/<name>`, `run:<runId>`
   */
  stream(
    topics: string[],
    onMessage: (message: ArenaStreamMessage) => void,
    options: ArenaStreamOptions,
  ): Promise<void>;
}
