import {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  SnapshotStore,
  TranscriptStore,
} from '@backstage-arena/plugin-arena-node';
import { ItemComments } from '../comments/ItemComments';
import { Datasets } from '../datasets/Datasets';
import { LoadTests } from '../loads/LoadTests';
import { RunStore } from '../runs/RunStore';
import { ScheduleHistory } from '../schedules/ScheduleHistory';
import { SourceContents } from '../sources/content/SourceContents';
import { SourcePushes } from '../sources/push/SourcePushes';
import { SourceRevisions } from '../sources/revisions/SourceRevisions';
import { WorkspaceUploads } from '../sources/upload/WorkspaceUploads';
import { RunVerdicts } from '../verdicts/RunVerdicts';
import { Rulesets } from '../permissions/Rulesets';
import { Access } from './Access';
import { ServedCluster } from './ServedCluster';
import { LiveStreamTiming } from './stream/LiveStream';

/** What of the runs the API uses. It never writes results. */
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
  | 'retryFinalize'
>;

export interface RouterOptions {
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  /** By which decisions with conditions are evaluated. Default: our own rules alone. */
  rulesets?: Rulesets;
  auditor: AuditorService;
  logger: LoggerService;
  /** By name. */
  clusters: ReadonlyMap<string, ServedCluster>;
  runs: RunReader;
  loads: Pick<LoadTests, 'state' | 'series' | 'command'>;
  datasets: Pick<Datasets, 'state' | 'rows' | 'rejects'>;
  verdicts: Pick<RunVerdicts, 'compare' | 'gate' | 'trend'> & {
    sets: Pick<RunVerdicts['sets'], 'compare' | 'cells' | 'all' | 'inputs'>;
  };
  comments: Pick<
    ItemComments,
    | 'discussion'
    | 'cells'
    | 'labelled'
    | 'comment'
    | 'update'
    | 'delete'
    | 'setLabel'
    | 'versions'
    | 'onChange'
  >;
  schedules: Pick<ScheduleHistory, 'list' | 'knownFrom'>;
  transcripts: Pick<TranscriptStore, 'read'>;
  snapshots: Pick<SnapshotStore, 'open'>;
  sources: {
    revisions: Pick<SourceRevisions, 'list' | 'has'>;
    contents: Pick<SourceContents, 'files' | 'file' | 'bundle' | 'diff'>;
    uploads: Pick<WorkspaceUploads, 'replace' | 'limits'>;
    pushes: Pick<SourcePushes, 'handle'>;
    /** Of the webhook; absent: there is none. */
    webhookSecret?: string;
  };
  /** Aborts when the backend stops: live streams are closed. */
  shutdown: AbortSignal;
  streamTiming?: Partial<LiveStreamTiming>;
  /** Called with each live stream that begins and ends. */
  onConnections?: (change: 1 | -1) => void;
}

/** What each group of routes is given. */
export interface RouteContext extends RouterOptions {
  access: Access;
}
