import {
  ARENA_ANNOTATIONS,
  ArenaApi,
  ArenaEvent,
  ArenaKind,
  ArenaList,
  ArenaObject,
  ArenaObjectInput,
  ArenaRequestOptions,
  ArenaStreamMessage,
  CellAccumulator,
  ClusterInfo,
  DatasetReject,
  DatasetRejectsPage,
  DatasetRejectsQuery,
  DatasetRow,
  DatasetRowsPage,
  DatasetRowsQuery,
  DatasetState,
  DiscussedCellsPage,
  ItemComment,
  ItemDiscussion,
  commentedCellName,
  JobOverview,
  JobOverviews,
  JobOverviewsQuery,
  JobSchedule,
  JobTrend,
  JobTrendQuery,
  JobsPage,
  JobsQuery,
  ListOptions,
  LoadCommand,
  LoadSeriesPage,
  LoadSeriesRow,
  LoadState,
  ObjectAddress,
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
  RunSetRow,
  RunSetRowsPage,
  RunStatisticsPage,
  RunStatisticsQuery,
  ScheduleDays,
  SourceAddress,
  SourceBundle,
  SourceDiff,
  SourceFile,
  SourceFileContent,
  SourceRevision,
  SourceUpload,
  Transcript,
} from '@backstage-arena/plugin-arena-common';
import {
  measuredStages,
  withControls,
} from '@backstage-arena/plugin-arena-common/load';
import { JsonObject } from '@backstage/types';
import { parse } from 'yaml';
import { phaseOf, sourceOf, typeOf } from '../lib/jobs';
import { apiError } from './apiError';
import { FakeContent } from './FakeContent';
import { itemComment, object } from './objects';

type JobKey = Omit<ObjectAddress, 'kind'>;

/** What a run consists of. */
export interface FakeRun {
  run: Run;
  matrix: RunMatrix;
  items: RunItem[];
  /** Of a load test. */
  load?: FakeLoad;
  /** Of data generation. */
  dataset?: FakeDataset;
  /** Texts of reports, by name. */
  files?: Record<string, string>;
}

/** Runs that are compared. */
export interface FakeRunSet {
  comparison: RunSetComparison;
  rows: RunSetRow[];
  inputs: RunSetInputs[];
}

/** The rows that a run has generated. */
export interface FakeDataset {
  state: DatasetState;
  rows: DatasetRow[];
  /** The latest first. */
  rejects: DatasetReject[];
}

/** The load test of a run. */
export interface FakeLoad {
  state: LoadState;
  rows: LoadSeriesRow[];
  /** Seconds before the last one that may still change; 3 unless given. */
  openSeconds?: number;
}

/** The server in memory: filters, orders, pages and streams like the real one. */
export class FakeArenaApi implements ArenaApi {
  /** Verbs that were called, with their arguments, in order. */
  readonly calls: Array<{ method: string; args: unknown[] }> = [];
  readonly objects: ArenaObject[];
  readonly runs: FakeRun[];
  readonly allEvents: ArenaEvent[];
  /** Clusters of the portal; the objects are in the first one. */
  allClusters: ClusterInfo[];
  /** What sources hold, by their names. */
  readonly contents: Record<string, FakeContent>;
  /** Objects of the other clusters. */
  readonly elsewhere: Record<string, ArenaObject[]>;
  /** Schedules of jobs, by their names. */
  readonly schedules: Record<string, JobSchedule> = {};
  /** Their histories by days. */
  readonly scheduleHistories: Record<string, ScheduleDays> = {};
  /** What baselines said, by runs. */
  readonly gates: Record<string, RunGate> = {};
  /** Sets of runs that were compared, by their ids with commas. */
  readonly runSets: Record<string, FakeRunSet> = {};
  /** By jobs. */
  readonly trends: Record<string, JobTrend> = {};
  /** What people say of cells, by their names. */
  readonly discussions = new Map<string, ItemDiscussion>();
  /** What else is known of jobs, by their names. */
  readonly overviews: Record<
    string,
    Partial<Pick<JobOverview, 'flakyCells' | 'load'>>
  > = {};
  transcriptOf: (runId: string, item: RunItem) => Transcript;
  /** Admission: throws what the server would answer. */
  admit: (candidate: ArenaObject) => void = () => {};
  /** Throws instead of answering, by method. */
  readonly failures = new Map<string, Error>();
  private readonly listeners = new Set<{
    topics: string[];
    onMessage: (message: ArenaStreamMessage) => void;
  }>();

  constructor(options: {
    objects?: ArenaObject[];
    runs?: FakeRun[];
    events?: ArenaEvent[];
    clusters?: ClusterInfo[];
    contents?: Record<string, FakeContent>;
    elsewhere?: Record<string, ArenaObject[]>;
    transcriptOf?: (runId: string, item: RunItem) => Transcript;
  }) {
    this.objects = options.objects ?? [];
    this.runs = options.runs ?? [];
    this.allEvents = options.events ?? [];
    this.allClusters = options.clusters ?? [
      { name: 'embedded', kind: 'embedded', ready: true },
    ];
    this.contents = options.contents ?? {};
    this.elsewhere = options.elsewhere ?? {};
    this.transcriptOf =
      options.transcriptOf ??
      ((_, item) => ({
        version: 1,
        scenario: item.scenario,
        provider: item.provider,
        region: item.region,
        variant: item.variant,
        trial: item.trial,
        messages: [],
        checks: [],
      }));
  }

  /** Topics that someone listens to now. */
  get topics(): string[] {
    return [...this.listeners].flatMap(listener => listener.topics);
  }

  /** Sends a message to everyone who listens. */
  emit(message: ArenaStreamMessage): void {
    this.listeners.forEach(listener => listener.onMessage(message));
  }

  /** Puts an object in place and tells of it. */
  put(changed: ArenaObject): void {
    const at = this.objects.findIndex(
      one => one.metadata.uid === changed.metadata.uid,
    );
    if (at < 0) this.objects.push(changed);
    else this.objects[at] = changed;
    this.emit({
      type: 'object',
      change: at < 0 ? 'ADDED' : 'MODIFIED',
      cluster: this.allClusters[0].name,
      object: changed,
    });
  }

  async clusters(): Promise<ClusterInfo[]> {
    return this.answer('clusters', [], () => this.allClusters);
  }

  async list<T extends ArenaObject = ArenaObject>(
    query: ListOptions,
  ): Promise<ArenaList<T>> {
    return this.answer('list', [query], () => {
      const all = this.objectsIn(query.cluster).filter(
        one =>
          one.kind === query.kind &&
          (!query.namespace || one.metadata.namespace === query.namespace),
      );
      const start = Number(query.continue ?? 0);
      const end = start + (query.limit ?? 500);
      return {
        items: all.slice(start, end) as T[],
        metadata: {
          resourceVersion: '1',
          continue: end < all.length ? String(end) : undefined,
        },
      };
    });
  }

  async get<T extends ArenaObject = ArenaObject>(
    address: ObjectAddress,
  ): Promise<T> {
    return this.answer('get', [address], () => this.find(address) as T);
  }

  async create<T extends ArenaObject = ArenaObject>(
    cluster: string,
    input: ArenaObjectInput<JsonObject> | string,
    options?: ArenaRequestOptions & { dryRun?: boolean },
  ): Promise<T> {
    return this.answer('create', [cluster, input, options], () => {
      const value: ArenaObjectInput =
        typeof input === 'string' ? parse(input) : input;
      const created = object(value.kind, value.metadata.name ?? '', {
        namespace: value.metadata.namespace,
        annotations: value.metadata.annotations,
        spec: value.spec,
        status: {},
        created: new Date().toISOString(),
      });
      this.admit(created);
      if (!options?.dryRun) this.put(created);
      return created as T;
    });
  }

  async update<T extends ArenaObject = ArenaObject>(
    cluster: string,
    input: ArenaObjectInput<JsonObject> | string,
    options?: ArenaRequestOptions & { dryRun?: boolean },
  ): Promise<T> {
    return this.create(cluster, input, options);
  }

  async delete(address: ObjectAddress): Promise<void> {
    return this.answer('delete', [address], () => {
      const found = this.find(address);
      this.objects.splice(this.objects.indexOf(found), 1);
      this.emit({
        type: 'object',
        change: 'DELETED',
        cluster: address.cluster,
        object: found,
      });
    });
  }

  async events(address: ObjectAddress): Promise<ArenaEvent[]> {
    return this.answer('events', [address], () =>
      this.allEvents.filter(
        one =>
          one.involvedObject.name === address.name &&
          one.involvedObject.namespace === address.namespace,
      ),
    );
  }

  async jobs(query: JobsQuery): Promise<JobsPage> {
    return this.answer('jobs', [query], () => {
      const direction = query.order === 'asc' ? 1 : -1;
      const keyOf = (one: ArenaObject) => {
        if (query.orderBy === 'name') return one.metadata.name;
        if (query.orderBy === 'phase') return phaseOf(one);
        return one.metadata.creationTimestamp;
      };
      const matching = this.objectsIn(query.cluster)
        .filter(
          one =>
            one.kind === 'ArenaJob' &&
            (!query.namespace || one.metadata.namespace === query.namespace) &&
            (!query.phase || query.phase.includes(phaseOf(one))) &&
            (!query.type || query.type.includes(typeOf(one))) &&
            (!query.source || sourceOf(one) === query.source) &&
            (!query.search || one.metadata.name.includes(query.search)) &&
            (!query.component ||
              one.metadata.annotations?.[ARENA_ANNOTATIONS.component] ===
                query.component),
        )
        .sort((a, b) => keyOf(a).localeCompare(keyOf(b)) * direction);
      const start = Number(query.cursor ?? 0);
      const end = start + (query.limit ?? 50);
      return {
        items: matching.slice(start, end),
        totalItems: matching.length,
        nextCursor: end < matching.length ? String(end) : undefined,
      };
    });
  }

  async jobOverviews(query: JobOverviewsQuery): Promise<JobOverviews> {
    return this.answer('jobOverviews', [query], () => {
      const { cluster, components = [], jobs = [], points = 0 } = query;
      const wanted = (name: string, { kind, metadata }: ArenaObject) =>
        kind === 'ArenaJob' &&
        (components.includes(
          metadata.annotations?.[ARENA_ANNOTATIONS.component] ?? '',
        ) ||
          jobs.some(
            one =>
              one.cluster === name &&
              one.namespace === metadata.namespace &&
              one.name === metadata.name,
          ));
      const items = this.allClusters
        .filter(({ name, ready }) => ready && (!cluster || name === cluster))
        .flatMap(({ name }) =>
          this.objectsIn(name)
            .filter(one => wanted(name, one))
            .map(job => ({
              cluster: name,
              job,
              trend: this.trends[job.metadata.name]?.points ?? [],
              flakyCells: [],
              ...this.overviews[job.metadata.name],
            })),
        )
        .map(one =>
          points > 0
            ? { ...one, trend: one.trend.slice(0, points) }
            : { cluster: one.cluster, job: one.job, trend: [], flakyCells: [] },
        );
      const missing = this.allClusters
        .filter(({ name, ready }) => !ready && (!cluster || name === cluster))
        .map(({ name, message = '' }) => ({ cluster: name, message }));
      return { items, isTruncated: false, missing };
    });
  }

  async cancel(address: JobKey): Promise<ArenaObject> {
    return this.answer('cancel', [address], () => {
      const found = this.find({ ...address, kind: 'ArenaJob' });
      const cancelled = {
        ...found,
        status: { ...found.status, phase: 'Cancelled' },
      };
      this.put(cancelled);
      return cancelled;
    });
  }

  async schedule(address: JobKey): Promise<JobSchedule> {
    return this.answer('schedule', [address], () => {
      const schedule = this.schedules[address.name];
      if (!schedule)
        throw apiError(409, 'ConflictError', `${address.name} has no schedule`);
      return schedule;
    });
  }

  async scheduleDays(address: JobKey): Promise<ScheduleDays> {
    return this.answer('scheduleDays', [address], () => {
      const { timezone } = this.schedules[address.name];
      return (
        this.scheduleHistories[address.name] ?? {
          timezone,
          knownFrom: 0,
          days: [],
        }
      );
    });
  }

  async trend(address: JobKey, query?: JobTrendQuery): Promise<JobTrend> {
    return this.answer(
      'trend',
      [address, query],
      () => this.trends[address.name] ?? { points: [] },
    );
  }

  async trigger(address: JobKey): Promise<ArenaObject> {
    return this.answer('trigger', [address], () => {
      const parent = this.find({ ...address, kind: 'ArenaJob' });
      const { schedule, ...spec } = parent.spec;
      const child = object('ArenaJob', `${address.name}-now-abcde`, {
        namespace: address.namespace,
        spec,
        status: { phase: 'Pending' },
      });
      this.put(child);
      return child;
    });
  }

  async rerun(
    address: JobKey,
    options?: ArenaRequestOptions & { failedOnly?: boolean },
  ): Promise<ArenaObject> {
    return this.answer('rerun', [address, options], () => {
      const found = this.find({ ...address, kind: 'ArenaJob' });
      const again = object('ArenaJob', `${address.name}-again`, {
        namespace: address.namespace,
        spec: found.spec,
        status: { phase: 'Pending' },
      });
      this.put(again);
      return again;
    });
  }

  async runsOfJob(address: JobKey): Promise<Run[]> {
    return this.answer('runsOfJob', [address], () =>
      this.runs
        .map(one => one.run)
        .filter(
          run =>
            run.jobName === address.name && run.namespace === address.namespace,
        ),
    );
  }

  async run(runId: string): Promise<Run> {
    return this.answer('run', [runId], () => this.runOf(runId).run);
  }

  async retryReports(runId: string): Promise<Run> {
    return this.answer('retryReports', [runId], () => {
      const found = this.runOf(runId);
      found.run = { ...found.run, state: 'Finalizing' };
      const { pins: _, ...run } = found.run;
      this.emit({ type: 'run', run });
      return found.run;
    });
  }

  async matrix(runId: string): Promise<RunMatrix> {
    return this.answer('matrix', [runId], () => this.runOf(runId).matrix);
  }

  async gate(runId: string): Promise<RunGate> {
    return this.answer('gate', [runId], () => {
      const gate = this.gates[runId];
      if (!gate) throw apiError(404, 'NotFoundError', `${runId} has none`);
      return gate;
    });
  }

  async comparison(runId: string): Promise<RunComparisonReport> {
    return this.answer('comparison', [runId], () => {
      const { baseline, changedInputs, comparison } = this.gates[runId] ?? {};
      if (!baseline || !changedInputs || !comparison) {
        throw apiError(404, 'NotFoundError', `${runId} has no baseline`);
      }
      const { run } = this.runOf(runId);
      const current = {
        id: runId,
        jobName: run.jobName,
        revision: run.pins.source.revision,
      };
      return { baseline, current, changedInputs, comparison };
    });
  }

  async compareRuns(query: RunSetQuery): Promise<RunSetComparison> {
    return this.answer(
      'compareRuns',
      [query],
      () => this.runSetOf(query).comparison,
    );
  }

  async comparedCells(query: RunSetCellsQuery): Promise<RunSetRowsPage> {
    return this.answer('comparedCells', [query], () => {
      const { change, search = '', key, offset = 0, limit = 50 } = query;
      const matching = this.runSetOf(query).rows.filter(
        row =>
          (!key || row.key === key) &&
          `${row.scenario} ${row.provider}`.includes(search) &&
          (!change ||
            row.cells.some(
              cell => cell.change && change.includes(cell.change),
            )),
      );
      return {
        items: matching.slice(offset, offset + limit),
        totalItems: matching.length,
      };
    });
  }

  async comparedInputs(
    query: Pick<RunSetQuery, 'run'>,
  ): Promise<RunSetInputs[]> {
    return this.answer(
      'comparedInputs',
      [query],
      () => this.runSetOf(query).inputs,
    );
  }

  async exportComparison(query: RunSetCellsQuery): Promise<Response> {
    return this.answer(
      'exportComparison',
      [query],
      () => new Response('scenario\r\n'),
    );
  }

  async statistics(
    runId: string,
    query: RunStatisticsQuery,
  ): Promise<RunStatisticsPage> {
    return this.answer('statistics', [runId, query], () => {
      const { matrix, items } = this.runOf(runId);
      const cells = matrix.cells.flatMap(cell => {
        const scenario = matrix.scenarios[cell.scenarioIndex].id;
        const provider = matrix.providers[cell.providerIndex].id;
        const own = items.filter(
          item => item.scenario === scenario && item.provider === provider,
        );
        const isWanted =
          (query.scenario?.includes(scenario) ?? true) &&
          (query.provider?.includes(provider) ?? true);
        if (own.length === 0 || !isWanted) return [];
        const accumulator = new CellAccumulator();
        own.forEach(item => accumulator.add(item));
        return [{ scenario, provider, ...accumulator.statistics }];
      });
      return { items: cells.slice(0, query.limit ?? 50) };
    });
  }

  async items(runId: string, query: RunItemsQuery): Promise<RunItemsPage> {
    return this.answer('items', [runId, query], () => {
      const orderBy = query.orderBy ?? 'index';
      const direction = query.order === 'desc' ? -1 : 1;
      const matching = this.runOf(runId)
        .items.filter(
          item =>
            (!query.status || query.status.includes(item.status)) &&
            (!query.scenario || query.scenario.includes(item.scenario)) &&
            (!query.provider || query.provider.includes(item.provider)),
        )
        .sort((a, b) => (a[orderBy] < b[orderBy] ? -1 : 1) * direction);
      const start = Number(query.cursor ?? 0);
      const end = start + (query.limit ?? 50);
      return {
        items: matching.slice(start, end),
        nextCursor: end < matching.length ? String(end) : undefined,
      };
    });
  }

  async item(runId: string, index: number): Promise<RunItem> {
    return this.answer('item', [runId, index], () => this.itemOf(runId, index));
  }

  async transcript(runId: string, index: number): Promise<Transcript> {
    return this.answer('transcript', [runId, index], () =>
      this.transcriptOf(runId, this.itemOf(runId, index)),
    );
  }

  async discussion(runId: string, index: number): Promise<ItemDiscussion> {
    return this.answer('discussion', [runId, index], () =>
      structuredClone(this.discussionOf(runId, index)),
    );
  }

  async discussedCells(runId: string): Promise<DiscussedCellsPage> {
    return this.answer('discussedCells', [runId], () => ({
      items: [...this.discussions.values()].map(
        ({ cell, labels, comments }) => ({
          ...cell,
          labels: labels.map(({ label }) => label),
          open: comments.filter(one => !one.resolvedAt).length,
          comments: comments.length,
        }),
      ),
    }));
  }

  async comment(
    runId: string,
    index: number,
    text: string,
  ): Promise<ItemComment> {
    return this.answer('comment', [runId, index, text], () => {
      const { comments } = this.discussionOf(runId, index);
      const comment = itemComment(`c${comments.length}`, { text });
      comments.push(comment);
      this.emit({ type: 'comments', runId });
      return comment;
    });
  }

  async updateComment(
    runId: string,
    commentId: string,
    changes: { text?: string; resolved?: boolean },
  ): Promise<ItemComment> {
    return this.answer('updateComment', [runId, commentId, changes], () => {
      const comment = [...this.discussions.values()]
        .flatMap(({ comments }) => comments)
        .find(({ id }) => id === commentId);
      if (!comment) throw apiError(404, 'NotFoundError', 'No such comment');
      if (changes.text !== undefined) comment.text = changes.text;
      if (changes.resolved !== undefined) {
        comment.resolvedAt = changes.resolved ? comment.createdAt : undefined;
        comment.resolvedBy = changes.resolved
          ? itemComment('').author
          : undefined;
      }
      return comment;
    });
  }

  async deleteComment(runId: string, commentId: string): Promise<void> {
    return this.answer('deleteComment', [runId, commentId], () => {
      for (const discussion of this.discussions.values()) {
        discussion.comments = discussion.comments.filter(
          ({ id }) => id !== commentId,
        );
      }
    });
  }

  async setLabel(
    runId: string,
    index: number,
    label: string,
    isSet: boolean,
  ): Promise<ItemDiscussion> {
    return this.answer('setLabel', [runId, index, label, isSet], () => {
      const discussion = this.discussionOf(runId, index);
      discussion.labels = discussion.labels.filter(one => one.label !== label);
      if (isSet) {
        const { author, createdAt, outdated } = itemComment('');
        discussion.labels.push({ label, author, createdAt, outdated });
      }
      this.emit({ type: 'comments', runId });
      return discussion;
    });
  }

  async report(runId: string, name: string): Promise<Response> {
    return this.answer(
      'report',
      [runId, name],
      () =>
        new Response(
          this.runs.find(one => one.run.id === runId)?.files?.[name] ?? name,
        ),
    );
  }

  async load(runId: string): Promise<LoadState> {
    return this.answer('load', [runId], () => this.loadOf(runId).state);
  }

  async loadSeries(
    runId: string,
    query: { from?: number } = {},
  ): Promise<LoadSeriesPage> {
    return this.answer('loadSeries', [runId, query], () => {
      const { rows, state, openSeconds = 3 } = this.loadOf(runId);
      const { from = 0 } = query;
      const end = (rows[rows.length - 1]?.second ?? -1) + 1;
      return {
        rows: rows.filter(({ second }) => second >= from),
        next: Math.max(from, state.phase === 'over' ? end : end - openSeconds),
      };
    });
  }

  async controlLoad(runId: string, command: LoadCommand): Promise<LoadState> {
    return this.answer('controlLoad', [runId, command], () => {
      const load = this.loadOf(runId);
      const { state } = load;
      const atMs = (state.nowMs ?? 0) + (command.action === 'stop' ? 0 : 2_000);
      const controls = [...state.controls, { ...command, atMs }];
      const phases = {
        rate: 'running',
        pause: 'paused',
        resume: 'running',
        stop: 'stopping',
      } as const;
      load.state = {
        ...state,
        controls,
        stages: measuredStages(
          withControls(state.profile.stages, controls),
          state.profile.warmUpMs,
        ),
        phase: phases[command.action],
      };
      return load.state;
    });
  }

  async dataset(runId: string): Promise<DatasetState> {
    return this.answer('dataset', [runId], () => this.datasetOf(runId).state);
  }

  async datasetRows(
    runId: string,
    query: DatasetRowsQuery,
  ): Promise<DatasetRowsPage> {
    return this.answer('datasetRows', [runId, query], () =>
      pageOf(this.datasetOf(runId).rows, query),
    );
  }

  async datasetRejects(
    runId: string,
    query: DatasetRejectsQuery,
  ): Promise<DatasetRejectsPage> {
    return this.answer('datasetRejects', [runId, query], () =>
      pageOf(
        this.datasetOf(runId).rejects.filter(
          ({ reason }) => query.reason?.includes(reason) ?? true,
        ),
        query,
      ),
    );
  }

  async sourceRevisions(address: SourceAddress): Promise<SourceRevision[]> {
    return this.answer(
      'sourceRevisions',
      [address],
      () => this.contents[address.name]?.revisions ?? [],
    );
  }

  async sourceFiles(
    address: SourceAddress,
    digest: string,
  ): Promise<SourceFile[]> {
    return this.answer('sourceFiles', [address, digest], () =>
      this.contentOf(address).list(digest),
    );
  }

  async sourceFile(
    address: SourceAddress,
    digest: string,
    path: string,
  ): Promise<SourceFileContent> {
    return this.answer('sourceFile', [address, digest, path], () =>
      this.contentOf(address).read(digest, path),
    );
  }

  async sourceBundle(
    address: SourceAddress,
    digest: string,
    options?: ArenaRequestOptions & { arenaFile?: string },
  ): Promise<SourceBundle> {
    const { arenaFile = 'config.arena.yaml' } = options ?? {};
    return this.answer('sourceBundle', [address, digest, arenaFile], () =>
      this.contentOf(address).bundle(digest, arenaFile),
    );
  }

  async sourceDiff(
    address: SourceAddress,
    digests: { from: string; to: string },
  ): Promise<SourceDiff> {
    return this.answer('sourceDiff', [address, digests], () =>
      this.contentOf(address).diff(digests.from, digests.to),
    );
  }

  async syncSource(address: SourceAddress): Promise<ArenaObject> {
    return this.answer('syncSource', [address], () =>
      this.find({ ...address, kind: 'ArenaSource' }),
    );
  }

  async uploadSource(
    address: SourceAddress,
    files: readonly SourceUpload[],
  ): Promise<ArenaObject> {
    return this.answer('uploadSource', [address, files], () =>
      this.find({ ...address, kind: 'ArenaSource' }),
    );
  }

  async stream(
    topics: string[],
    onMessage: (message: ArenaStreamMessage) => void,
    options: { signal: AbortSignal },
  ): Promise<void> {
    const listener = { topics, onMessage };
    this.listeners.add(listener);
    await new Promise<void>(resolve =>
      options.signal.addEventListener('abort', () => resolve()),
    );
    this.listeners.delete(listener);
  }

  /** What is said of an item; of the fake's runs all are of one job. */
  discussionOf(runId: string, index: number): ItemDiscussion {
    const { scenario, provider, region, variant } = this.itemOf(runId, index);
    const cell = { scenario, provider, region, variant };
    const name = commentedCellName(cell);
    const known = this.discussions.get(name);
    if (known) return known;
    const fresh = { cell, labels: [], comments: [] };
    this.discussions.set(name, fresh);
    return fresh;
  }

  private async answer<T>(
    method: string,
    args: unknown[],
    work: () => T,
  ): Promise<T> {
    this.calls.push({ method, args });
    const failure = this.failures.get(method);
    if (failure) throw failure;
    return work();
  }

  private objectsIn(cluster: string): ArenaObject[] {
    const info = this.allClusters.find(one => one.name === cluster);
    if (!info) {
      throw apiError(404, 'NotFoundError', `There is no cluster '${cluster}'`);
    }
    if (!info.ready) {
      throw apiError(503, 'ServiceUnavailableError', info.message ?? 'Away');
    }
    return cluster === this.allClusters[0].name
      ? this.objects
      : this.elsewhere[cluster] ?? [];
  }

  private find(address: ObjectAddress & { kind: ArenaKind }): ArenaObject {
    const found = this.objectsIn(address.cluster).find(
      one =>
        one.kind === address.kind &&
        one.metadata.namespace === address.namespace &&
        one.metadata.name === address.name,
    );
    if (!found) {
      throw apiError(404, 'NotFoundError', `${address.name} was not found`);
    }
    return found;
  }

  private runSetOf({ run }: Pick<RunSetQuery, 'run'>): FakeRunSet {
    const found = this.runSets[run.join(',')];
    if (!found) throw apiError(404, 'NotFoundError', `No set ${run}`);
    return found;
  }

  private runOf(runId: string): FakeRun {
    const found = this.runs.find(one => one.run.id === runId);
    if (!found) throw apiError(404, 'NotFoundError', `No run ${runId}`);
    return found;
  }

  private contentOf({ name }: SourceAddress): FakeContent {
    const found = this.contents[name];
    if (!found) throw apiError(404, 'NotFoundError', `${name} was not found`);
    return found;
  }

  private datasetOf(runId: string): FakeDataset {
    const { dataset } = this.runOf(runId);
    if (!dataset) {
      throw apiError(404, 'NotFoundError', `Run ${runId} generates no data`);
    }
    return dataset;
  }

  private loadOf(runId: string): FakeLoad {
    const { load } = this.runOf(runId);
    if (!load) {
      throw apiError(404, 'NotFoundError', `Run ${runId} is no load test`);
    }
    return load;
  }

  private itemOf(runId: string, index: number): RunItem {
    const found = this.runOf(runId).items.find(item => item.index === index);
    if (!found) throw apiError(404, 'NotFoundError', `No item ${index}`);
    return found;
  }
}

function pageOf<T>(
  all: readonly T[],
  { limit = 50, cursor }: DatasetRowsQuery,
): { items: T[]; totalItems: number; nextCursor?: string } {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return {
    items: all.slice(start, end),
    totalItems: all.length,
    nextCursor: end < all.length ? String(end) : undefined,
  };
}
