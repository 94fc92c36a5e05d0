import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { JobsPage, JobsQuery } from '@backstage-arena/plugin-arena-common';
import {
  EventRecorder,
  ResourceStore,
  SnapshotStore,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { RunStore } from '../runs/RunStore';
import { Access } from './Access';
import { LiveFeed } from './stream/LiveFeed';
import { LiveStreamTiming } from './stream/LiveStream';

/** What of the runs the API reads. It never writes results. */
export type RunReader = Pick<
  RunStore,
  | 'get'
  | 'find'
  | 'heads'
  | 'items'
  | 'item'
  | 'matrix'
  | 'statistics'
  | 'cellsSince'
  | 'readIndexes'
>;

export interface RouterOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
  logger: LoggerService;
  /** Cluster name -> where its objects live. */
  stores: ReadonlyMap<string, ResourceStore>;
  /** Cluster name -> the changes of its objects. */
  feeds: ReadonlyMap<string, LiveFeed>;
  /** One page of the jobs table. */
  queryJobs(query: JobsQuery): Promise<JobsPage>;
  events: Pick<EventRecorder, 'list'>;
  runs: RunReader;
  transcripts: Pick<TranscriptStore, 'read'>;
  snapshots: Pick<SnapshotStore, 'open'>;
  /** Aborts when the backend stops: live streams are closed. */
  shutdown: AbortSignal;
  streamTiming?: Partial<LiveStreamTiming>;
}

/** What each group of routes is given. */
export interface RouteContext extends RouterOptions {
  access: Access;
}
