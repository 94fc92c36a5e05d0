import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { parseDocument } from 'yaml';
import {
  ARENA_KINDS,
  ArenaEvent,
  ArenaKind,
  ArenaObject,
  ArenaObjectInput,
  findArenaKind,
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
import {
  ArenaApi,
  ArenaList,
  ArenaRequestOptions,
  ArenaStreamMessage,
  ArenaStreamOptions,
  ArenaWriteOptions,
  ClusterInfo,
  JobsPage,
  JobsQuery,
  ListOptions,
  ObjectAddress,
  SourceAddress,
} from './ArenaApi';
import { ArenaTransport, ArenaTransportOptions } from './ArenaTransport';
import { readStream } from './readStream';

/** @public */
export interface ArenaClientOptions extends ArenaTransportOptions {}

/** An object on its way to the server: where it goes and what is sent. */
interface OutgoingObject {
  kind: ArenaKind;
  namespace: string;
  name?: string;
  body: string;
  contentType: string;
}

/**
 * The REST API over HTTP, in the browser, in Node and in other backends.
 *
 * @public
 */
export class ArenaClient implements ArenaApi {
  private readonly transport: ArenaTransport;

  constructor(options: ArenaClientOptions) {
    this.transport = new ArenaTransport(options);
  }

  async clusters(options?: ArenaRequestOptions): Promise<ClusterInfo[]> {
    const { items } = await this.transport.json<{ items: ClusterInfo[] }>({
      path: ['clusters'],
      ...options,
    });
    return items;
  }

  async list<T extends ArenaObject = ArenaObject>(
    query: ListOptions,
    options?: ArenaRequestOptions,
  ): Promise<ArenaList<T>> {
    const { cluster, kind, namespace, ...rest } = query;
    return this.transport.json({
      path: [
        'clusters',
        cluster,
        ...(namespace === undefined ? [] : ['namespaces', namespace]),
        pluralOf(kind),
      ],
      query: { ...rest },
      ...options,
    });
  }

  async get<T extends ArenaObject = ArenaObject>(
    address: ObjectAddress,
    options?: ArenaRequestOptions,
  ): Promise<T> {
    return this.transport.json({ path: objectPath(address), ...options });
  }

  async create<T extends ArenaObject = ArenaObject>(
    cluster: string,
    object: ArenaObjectInput<JsonObject> | string,
    options?: ArenaWriteOptions,
  ): Promise<T> {
    const { kind, namespace, body, contentType } = outgoing(object, options);
    return this.transport.json({
      method: 'POST',
      path: ['clusters', cluster, 'namespaces', namespace, pluralOf(kind)],
      query: dryRunQuery(options),
      body,
      contentType,
      signal: options?.signal,
      token: options?.token,
    });
  }

  async update<T extends ArenaObject = ArenaObject>(
    cluster: string,
    object: ArenaObjectInput<JsonObject> | string,
    options?: ArenaWriteOptions,
  ): Promise<T> {
    const { kind, namespace, name, body, contentType } = outgoing(
      object,
      options,
    );
    if (!name) {
      throw new InputError(
        'metadata.name: Required value: an update names the object that it replaces',
      );
    }
    return this.transport.json({
      method: 'PUT',
      path: objectPath({ cluster, kind, namespace, name }),
      query: dryRunQuery(options),
      body,
      contentType,
      signal: options?.signal,
      token: options?.token,
    });
  }

  async delete(
    address: ObjectAddress,
    options?: ArenaRequestOptions,
  ): Promise<void> {
    await this.transport.json({
      method: 'DELETE',
      path: objectPath(address),
      ...options,
    });
  }

  async events(
    address: ObjectAddress,
    options?: ArenaRequestOptions,
  ): Promise<ArenaEvent[]> {
    const { items } = await this.transport.json<{ items: ArenaEvent[] }>({
      path: [...objectPath(address), 'events'],
      ...options,
    });
    return items;
  }

  async jobs(
    query: JobsQuery,
    options?: ArenaRequestOptions,
  ): Promise<JobsPage> {
    const { cluster, ...rest } = query;
    return this.transport.json({
      path: ['clusters', cluster, 'jobs'],
      query: { ...rest },
      ...options,
    });
  }

  async jobOverviews(
    query: JobOverviewsQuery,
    options?: ArenaRequestOptions,
  ): Promise<JobOverviews> {
    return this.transport.json({
      method: 'POST',
      path: ['job-overviews'],
      body: JSON.stringify(query),
      contentType: 'application/json',
      ...options,
    });
  }

  async cancel(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject> {
    return this.transport.json({
      method: 'POST',
      path: [...jobPath(address), 'cancel'],
      ...options,
    });
  }

  async rerun(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions & { failedOnly?: boolean },
  ): Promise<ArenaObject> {
    const { failedOnly = false, ...rest } = options ?? {};
    return this.transport.json({
      method: 'POST',
      path: [...jobPath(address), 'rerun'],
      body: JSON.stringify({ failedOnly }),
      contentType: 'application/json',
      ...rest,
    });
  }

  async schedule(
    address: Omit<ObjectAddress, 'kind'>,
    query: { limit?: number; before?: number } = {},
    options?: ArenaRequestOptions,
  ): Promise<JobSchedule> {
    return this.transport.json({
      path: [...jobPath(address), 'schedule'],
      query: { ...query },
      ...options,
    });
  }

  async trend(
    address: Omit<ObjectAddress, 'kind'>,
    query: JobTrendQuery = {},
    options?: ArenaRequestOptions,
  ): Promise<JobTrend> {
    return this.transport.json({
      path: [...jobPath(address), 'trend'],
      query: { ...query },
      ...options,
    });
  }

  async scheduleDays(
    address: Omit<ObjectAddress, 'kind'>,
    query: { from?: number; to?: number } = {},
    options?: ArenaRequestOptions,
  ): Promise<ScheduleDays> {
    return this.transport.json({
      path: [...jobPath(address), 'schedule', 'days'],
      query: { ...query },
      ...options,
    });
  }

  async trigger(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject> {
    return this.transport.json({
      method: 'POST',
      path: [...jobPath(address), 'trigger'],
      ...options,
    });
  }

  async runsOfJob(
    address: Omit<ObjectAddress, 'kind'>,
    options?: ArenaRequestOptions,
  ): Promise<Run[]> {
    const { items } = await this.transport.json<{ items: Run[] }>({
      path: [...jobPath(address), 'runs'],
      ...options,
    });
    return items;
  }

  async run(runId: string, options?: ArenaRequestOptions): Promise<Run> {
    return this.transport.json({ path: ['runs', runId], ...options });
  }

  async matrix(
    runId: string,
    options?: ArenaRequestOptions,
  ): Promise<RunMatrix> {
    return this.transport.json({ path: ['runs', runId, 'matrix'], ...options });
  }

  async gate(runId: string, options?: ArenaRequestOptions): Promise<RunGate> {
    return this.transport.json({ path: ['runs', runId, 'gate'], ...options });
  }

  async comparison(
    runId: string,
    query: { baseline?: string } & ComparisonOptions = {},
    options?: ArenaRequestOptions,
  ): Promise<RunComparisonReport> {
    return this.transport.json({
      path: ['runs', runId, 'comparison'],
      query: { ...query },
      ...options,
    });
  }

  async compareRuns(
    query: RunSetQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunSetComparison> {
    return this.transport.json({
      path: ['comparisons'],
      query: { ...query },
      ...options,
    });
  }

  async comparedCells(
    query: RunSetCellsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunSetRowsPage> {
    return this.transport.json({
      path: ['comparisons', 'cells'],
      query: { ...query },
      ...options,
    });
  }

  async comparedInputs(
    query: Pick<RunSetQuery, 'run'>,
    options?: ArenaRequestOptions,
  ): Promise<RunSetInputs[]> {
    const { items } = await this.transport.json<{ items: RunSetInputs[] }>({
      path: ['comparisons', 'inputs'],
      query: { run: query.run },
      ...options,
    });
    return items;
  }

  async exportComparison(
    query: Omit<RunSetCellsQuery, 'offset' | 'limit' | 'key'> & {
      format: 'csv' | 'json';
    },
    options?: ArenaRequestOptions,
  ): Promise<Response> {
    return this.transport.request({
      path: ['comparisons', 'export'],
      query: { ...query },
      accept: '*/*',
      ...options,
    });
  }

  async statistics(
    runId: string,
    query: RunStatisticsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunStatisticsPage> {
    return this.transport.json({
      path: ['runs', runId, 'statistics'],
      query: { ...query },
      ...options,
    });
  }

  async load(runId: string, options?: ArenaRequestOptions): Promise<LoadState> {
    return this.transport.json({ path: ['runs', runId, 'load'], ...options });
  }

  async loadSeries(
    runId: string,
    query: { from?: number },
    options?: ArenaRequestOptions,
  ): Promise<LoadSeriesPage> {
    return this.transport.json({
      path: ['runs', runId, 'load', 'series'],
      query: { ...query },
      ...options,
    });
  }

  async controlLoad(
    runId: string,
    command: LoadCommand,
    options?: ArenaRequestOptions,
  ): Promise<LoadState> {
    return this.transport.json({
      method: 'POST',
      path: ['runs', runId, 'load', 'controls'],
      body: JSON.stringify(command),
      contentType: 'application/json',
      ...options,
    });
  }

  async dataset(
    runId: string,
    options?: ArenaRequestOptions,
  ): Promise<DatasetState> {
    return this.transport.json({
      path: ['runs', runId, 'dataset'],
      ...options,
    });
  }

  async datasetRows(
    runId: string,
    query: DatasetRowsQuery,
    options?: ArenaRequestOptions,
  ): Promise<DatasetRowsPage> {
    return this.transport.json({
      path: ['runs', runId, 'rows'],
      query: { ...query },
      ...options,
    });
  }

  async datasetRejects(
    runId: string,
    query: DatasetRejectsQuery,
    options?: ArenaRequestOptions,
  ): Promise<DatasetRejectsPage> {
    return this.transport.json({
      path: ['runs', runId, 'rejects'],
      query: { ...query },
      ...options,
    });
  }

  async items(
    runId: string,
    query: RunItemsQuery,
    options?: ArenaRequestOptions,
  ): Promise<RunItemsPage> {
    return this.transport.json({
      path: ['runs', runId, 'items'],
      query: { ...query },
      ...options,
    });
  }

  async item(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<RunItem> {
    return this.transport.json({
      path: ['runs', runId, 'items', String(index)],
      ...options,
    });
  }

  async transcript(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<Transcript> {
    return this.transport.json({
      path: ['runs', runId, 'items', String(index), 'transcript'],
      ...options,
    });
  }

  async discussion(
    runId: string,
    index: number,
    options?: ArenaRequestOptions,
  ): Promise<ItemDiscussion> {
    return this.transport.json({
      path: ['runs', runId, 'items', String(index), 'comments'],
      ...options,
    });
  }

  async discussedCells(
    runId: string,
    query: { limit?: number; cursor?: string },
    options?: ArenaRequestOptions,
  ): Promise<DiscussedCellsPage> {
    return this.transport.json({
      path: ['runs', runId, 'comments'],
      query: { ...query },
      ...options,
    });
  }

  async comment(
    runId: string,
    index: number,
    text: string,
    options?: ArenaRequestOptions,
  ): Promise<ItemComment> {
    return this.transport.json({
      method: 'POST',
      path: ['runs', runId, 'items', String(index), 'comments'],
      body: JSON.stringify({ text }),
      contentType: 'application/json',
      ...options,
    });
  }

  async updateComment(
    runId: string,
    commentId: string,
    changes: { text?: string; resolved?: boolean },
    options?: ArenaRequestOptions,
  ): Promise<ItemComment> {
    return this.transport.json({
      method: 'PUT',
      path: ['runs', runId, 'comments', commentId],
      body: JSON.stringify(changes),
      contentType: 'application/json',
      ...options,
    });
  }

  async deleteComment(
    runId: string,
    commentId: string,
    options?: ArenaRequestOptions,
  ): Promise<void> {
    await this.transport.request({
      method: 'DELETE',
      path: ['runs', runId, 'comments', commentId],
      ...options,
    });
  }

  async setLabel(
    runId: string,
    index: number,
    label: string,
    isSet: boolean,
    options?: ArenaRequestOptions,
  ): Promise<ItemDiscussion> {
    return this.transport.json({
      method: isSet ? 'PUT' : 'DELETE',
      path: ['runs', runId, 'items', String(index), 'labels', label],
      ...options,
    });
  }

  async retryReports(
    runId: string,
    options?: ArenaRequestOptions,
  ): Promise<Run> {
    return this.transport.json({
      method: 'POST',
      path: ['runs', runId, 'reports', 'retry'],
      ...options,
    });
  }

  async report(
    runId: string,
    name: string,
    options?: ArenaRequestOptions,
  ): Promise<Response> {
    return this.transport.request({
      path: ['runs', runId, 'reports', name],
      accept: '*/*',
      ...options,
    });
  }

  async sourceRevisions(
    address: SourceAddress,
    options?: ArenaRequestOptions,
  ): Promise<SourceRevision[]> {
    const { items } = await this.transport.json<{ items: SourceRevision[] }>({
      path: [...sourcePath(address), 'revisions'],
      ...options,
    });
    return items;
  }

  async sourceFiles(
    address: SourceAddress,
    digest: string,
    options?: ArenaRequestOptions,
  ): Promise<SourceFile[]> {
    const { items } = await this.transport.json<{ items: SourceFile[] }>({
      path: [...sourcePath(address), 'revisions', digest, 'files'],
      ...options,
    });
    return items;
  }

  async sourceFile(
    address: SourceAddress,
    digest: string,
    path: string,
    options?: ArenaRequestOptions,
  ): Promise<SourceFileContent> {
    return this.transport.json({
      path: [...sourcePath(address), 'revisions', digest, 'file'],
      query: { path },
      ...options,
    });
  }

  async sourceBundle(
    address: SourceAddress,
    digest: string,
    options?: ArenaRequestOptions & { arenaFile?: string },
  ): Promise<SourceBundle> {
    const { arenaFile, ...rest } = options ?? {};
    return this.transport.json({
      path: [...sourcePath(address), 'revisions', digest, 'bundle'],
      query: { arenaFile },
      ...rest,
    });
  }

  async sourceDiff(
    address: SourceAddress,
    digests: { from: string; to: string },
    options?: ArenaRequestOptions,
  ): Promise<SourceDiff> {
    return this.transport.json({
      path: [...sourcePath(address), 'revisions', digests.to, 'diff'],
      query: { from: digests.from },
      ...options,
    });
  }

  async syncSource(
    address: SourceAddress,
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject> {
    return this.transport.json({
      method: 'POST',
      path: [...sourcePath(address), 'sync'],
      ...options,
    });
  }

  async uploadSource(
    address: SourceAddress,
    files: readonly SourceUpload[],
    options?: ArenaRequestOptions,
  ): Promise<ArenaObject> {
    const form = new FormData();
    // Names of fields, as browsers and servers cut folders off the names of files; encoded, as forms escape quotes alone.
    for (const { path, content } of files) {
      form.append(encodeURIComponent(path), content, 'file');
    }
    return this.transport.json({
      method: 'POST',
      path: [...sourcePath(address), 'upload'],
      body: form,
      ...options,
    });
  }

  async stream(
    topics: string[],
    onMessage: (message: ArenaStreamMessage) => void,
    options: ArenaStreamOptions,
  ): Promise<void> {
    return readStream({
      connect: ({ lastEventId, signal }) =>
        this.transport.request({
          path: ['stream'],
          query: { topic: topics },
          accept: 'text/event-stream',
          headers: lastEventId ? { 'Last-Event-ID': lastEventId } : {},
          token: options.token,
          signal,
        }),
      onMessage,
      onConnection: options.onConnection,
      signal: options.signal,
    });
  }
}

function pluralOf(kind: ArenaKind): string {
  const names = ARENA_KINDS.find(candidate => candidate.kind === kind);
  if (!names) {
    throw new InputError(
      `kind: Unsupported value: "${kind}": supported values: ${ARENA_KINDS.map(
        candidate => `"${candidate.kind}"`,
      ).join(', ')}`,
    );
  }
  return names.plural;
}

function objectPath(address: ObjectAddress): string[] {
  return [
    'clusters',
    address.cluster,
    'namespaces',
    address.namespace,
    pluralOf(address.kind),
    address.name,
  ];
}

function jobPath(address: Omit<ObjectAddress, 'kind'>): string[] {
  return objectPath({ ...address, kind: 'ArenaJob' });
}

function sourcePath(address: SourceAddress): string[] {
  return objectPath({ ...address, kind: 'ArenaSource' });
}

function dryRunQuery(options?: ArenaWriteOptions): Record<string, string> {
  return options?.dryRun ? { dryRun: 'All' } : {};
}

function outgoing(
  object: ArenaObjectInput<JsonObject> | string,
  options?: ArenaWriteOptions,
): OutgoingObject {
  // Text travels as it is, so that the server's messages name the author's own lines; it is read here only for its address.
  const isText = typeof object === 'string';
  const { kind, metadata } = isText ? readAddress(object) : object;
  const names = findArenaKind(kind);
  return {
    kind: names?.kind ?? kind,
    namespace: metadata.namespace ?? options?.namespace ?? 'default',
    name: metadata.name,
    body: isText ? object : JSON.stringify(object),
    contentType: isText ? 'application/yaml' : 'application/json',
  };
}

function readAddress(
  text: string,
): Pick<ArenaObjectInput<JsonObject>, 'kind' | 'metadata'> {
  const document = parseDocument(text, {
    logLevel: 'error',
    // The server looks for these; here it would take quadratic time.
    uniqueKeys: false,
  });
  if (document.errors.length > 0) {
    throw new InputError(`Invalid YAML: ${document.errors[0].message}`);
  }
  const textAt = (...path: string[]) => {
    const value = document.getIn(path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const kind = textAt('kind');
  const names = kind === undefined ? undefined : findArenaKind(kind);
  if (!names || names.kind !== kind) {
    throw new InputError(
      `kind: Unsupported value: ${JSON.stringify(
        kind ?? null,
      )}: supported values: ${ARENA_KINDS.map(
        candidate => `"${candidate.kind}"`,
      ).join(', ')}`,
    );
  }
  return {
    kind: names.kind,
    metadata: {
      name: textAt('metadata', 'name'),
      namespace: textAt('metadata', 'namespace'),
    },
  };
}
